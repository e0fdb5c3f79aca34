/* libc's heap is the kernel's. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <uk/alloc.h>

static void *or_enomem(void *memory) {
    if (memory == NULL)
        errno = ENOMEM;
    return memory;
}

void *malloc(size_t size) {
    return or_enomem(uk_malloc(uk_alloc_get_default(), size));
}

void *calloc(size_t count, size_t size) {
    return or_enomem(uk_calloc(uk_alloc_get_default(), count, size));
}

void *realloc(void *memory, size_t size) {
    return or_enomem(uk_realloc(uk_alloc_get_default(), memory, size));
}

void free(void *memory) {
    if (memory)
        uk_free(uk_alloc_get_default(), memory);
}

void *aligned_alloc(size_t alignment, size_t size) {
    if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
        errno = EINVAL;
        return NULL;
    }
    return or_enomem(uk_memalign(uk_alloc_get_default(), alignment, size));
}

size_t malloc_usable_size(void *memory) {
    struct uk_alloc *heap = uk_alloc_get_default();
    return memory ? heap->usable_size(heap, memory) : 0;
}

/* The names that musl's own code uses. */
void *__libc_malloc(size_t size) __attribute__((alias("malloc")));
void *__libc_calloc(size_t count, size_t size) __attribute__((alias("calloc")));
void *__libc_realloc(void *memory, size_t size) __attribute__((alias("realloc")));
void __libc_free(void *memory) __attribute__((alias("free")));
