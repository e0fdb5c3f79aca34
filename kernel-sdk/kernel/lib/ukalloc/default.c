/* The default allocator: the heap as it is. */
#include <string.h>
#include <uk/alloc.h>

#include "heap.h"

static void *heap_calloc(struct uk_alloc *a, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    void *memory = heap_malloc(a, bytes);
    return memory ? memset(memory, 0, bytes) : NULL;
}

static void *heap_realloc(struct uk_alloc *a, void *memory, size_t size) {
    if (memory == NULL)
        return heap_malloc(a, size);
    size_t old = heap_size(memory);
    if (size <= old) {
        heap_shrink(memory, size);
        return memory;
    }
    void *larger = heap_malloc(a, size);
    if (larger == NULL)
        return NULL;
    memcpy(larger, memory, old);
    heap_free(a, memory);
    return larger;
}

static size_t heap_usable(struct uk_alloc *a, void *memory) {
    (void)a;
    return heap_size(memory);
}

static struct uk_alloc heap = {
    .malloc = heap_malloc,
    .calloc = heap_calloc,
    .realloc = heap_realloc,
    .memalign = heap_memalign,
    .free = heap_free,
    .usable_size = heap_usable,
};

struct uk_alloc *uk_alloc_get_default(void) {
    return &heap;
}
