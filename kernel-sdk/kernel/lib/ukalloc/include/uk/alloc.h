/* Allocators, with Unikraft's names: an allocator is a table of functions, the heap is one of them.
 */
#ifndef UK_ALLOC_H
#define UK_ALLOC_H

#include <stddef.h>

struct uk_alloc {
    void *(*malloc)(struct uk_alloc *a, size_t size);
    void *(*calloc)(struct uk_alloc *a, size_t count, size_t size);
    void *(*realloc)(struct uk_alloc *a, void *pointer, size_t size);
    void (*free)(struct uk_alloc *a, void *pointer);
};

/* The heap. */
struct uk_alloc *uk_alloc_get_default(void);

/* Memory for anything, aligned to 16 bytes; NULL when there is none, or for no allocator. */
static inline void *uk_malloc(struct uk_alloc *a, size_t size) {
    return a ? a->malloc(a, size) : NULL;
}

/* Zeroed memory; NULL also when count * size overflows. */
static inline void *uk_calloc(struct uk_alloc *a, size_t count, size_t size) {
    return a ? a->calloc(a, count, size) : NULL;
}

static inline void *uk_realloc(struct uk_alloc *a, void *pointer, size_t size) {
    return a ? a->realloc(a, pointer, size) : NULL;
}

static inline void uk_free(struct uk_alloc *a, void *pointer) {
    a->free(a, pointer);
}

#endif
