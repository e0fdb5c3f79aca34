/*
 * The default allocator of a checked build. Every block has a header before it and a fence behind
 * it; free and realloc look at both, and a freed block is filled, so that a second free, a write
 * beyond the end and a use after free are found where they can be seen, not where they hurt.
 */
#include <stdint.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/format.h>
#include <uk/panic.h>

#include "heap.h"

#define MAGIC_USED  0x64657375 /* "used" */
#define MAGIC_FREED 0x65657266 /* "free" */
#define FENCE_SIZE  16
#define FENCE_BYTE  0xfd
#define FRESH_BYTE  0xcd
#define FREED_BYTE  0xdd

struct header {
    size_t size;
    uint32_t magic;
    /* Bytes from what the heap gave to the memory behind this header. */
    uint32_t offset;
};

static char reason[128];

static __attribute__((noreturn)) void complain(const char *what, const void *memory, size_t size) {
    uk_snprintf(reason, sizeof(reason), "%s: block of %lu bytes at 0x%lx", what,
                (unsigned long)size, (unsigned long)memory);
    struct uk_panic_info info = {.reason = reason};
    uk_panic(&info);
}

/* Whatever stands before it is no size. */
static __attribute__((noreturn)) void complain_of_no_block(const void *memory) {
    uk_snprintf(reason, sizeof(reason),
                "Free of what was never allocated, or written before its start: block at 0x%lx",
                (unsigned long)memory);
    struct uk_panic_info info = {.reason = reason};
    uk_panic(&info);
}

static void *checked_memalign(struct uk_alloc *a, size_t alignment, size_t size) {
    /* The heap links free blocks through their first bytes: the header stays behind those. */
    size_t offset = alignment > 2 * sizeof(struct header) ? alignment : 2 * sizeof(struct header);
    if (size > PTRDIFF_MAX - offset - FENCE_SIZE)
        return NULL;
    char *memory = heap_memalign(a, alignment, offset + size + FENCE_SIZE);
    if (memory == NULL)
        return NULL;
    memory += offset;
    *((struct header *)memory - 1) =
        (struct header){.size = size, .magic = MAGIC_USED, .offset = offset};
    memset(memory, FRESH_BYTE, size);
    memset(memory + size, FENCE_BYTE, FENCE_SIZE);
    return memory;
}

static void *checked_malloc(struct uk_alloc *a, size_t size) {
    return checked_memalign(a, sizeof(struct header), size);
}

static void *checked_calloc(struct uk_alloc *a, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    void *memory = checked_malloc(a, bytes);
    return memory ? memset(memory, 0, bytes) : NULL;
}

static struct header *check(void *memory) {
    struct header *header = (struct header *)memory - 1;
    if (header->magic == MAGIC_FREED)
        complain("Double free", memory, header->size);
    if (header->magic != MAGIC_USED)
        complain_of_no_block(memory);
    const unsigned char *fence = (const unsigned char *)memory + header->size;
    for (int i = 0; i < FENCE_SIZE; i++)
        if (fence[i] != FENCE_BYTE)
            complain("Heap overflow, written beyond the end", memory, header->size);
    return header;
}

static void checked_free(struct uk_alloc *a, void *memory) {
    if (memory == NULL)
        return;
    struct header *header = check(memory);
    header->magic = MAGIC_FREED;
    memset(memory, FREED_BYTE, header->size);
    heap_free(a, (char *)memory - header->offset);
}

static void *checked_realloc(struct uk_alloc *a, void *memory, size_t size) {
    if (memory == NULL)
        return checked_malloc(a, size);
    size_t old = check(memory)->size;
    void *other = checked_malloc(a, size);
    if (other == NULL)
        return NULL;
    memcpy(other, memory, old < size ? old : size);
    checked_free(a, memory);
    return other;
}

static size_t checked_usable(struct uk_alloc *a, void *memory) {
    (void)a;
    return check(memory)->size;
}

static struct uk_alloc checked = {
    .malloc = checked_malloc,
    .calloc = checked_calloc,
    .realloc = checked_realloc,
    .memalign = checked_memalign,
    .free = checked_free,
    .usable_size = checked_usable,
};

struct uk_alloc *uk_alloc_get_default(void) {
    return &checked;
}
