/* Allocators, with Unikraft's names: an allocator is a table of functions, the heap is one of them.
 */
#ifndef UK_ALLOC_H
#define UK_ALLOC_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_alloc {
    void *(*malloc)(struct uk_alloc *a, size_t size);
    void *(*calloc)(struct uk_alloc *a, size_t count, size_t size);
    void *(*realloc)(struct uk_alloc *a, void *memory, size_t size);
    void *(*memalign)(struct uk_alloc *a, size_t alignment, size_t size);
    void (*free)(struct uk_alloc *a, void *memory);
    size_t (*usable_size)(struct uk_alloc *a, void *memory);
};

/* The heap. */
struct uk_alloc *uk_alloc_get_default(void);

/* In bytes, without the heap's own bookkeeping. */
struct uk_alloc_stats {
    size_t total, used, peak;
    /* How many pieces are allocated now. */
    size_t blocks;
};

void uk_alloc_get_stats(struct uk_alloc_stats *stats);

/* Memory for anything, aligned to 16 bytes; NULL when there is none, or for no allocator. */
static inline void *uk_malloc(struct uk_alloc *a, size_t size) {
    return a ? a->malloc(a, size) : NULL;
}

/* Zeroed memory; NULL also when count * size overflows. */
static inline void *uk_calloc(struct uk_alloc *a, size_t count, size_t size) {
    return a ? a->calloc(a, count, size) : NULL;
}

static inline void *uk_realloc(struct uk_alloc *a, void *memory, size_t size) {
    return a ? a->realloc(a, memory, size) : NULL;
}

/* `alignment` is a power of two. */
static inline void *uk_memalign(struct uk_alloc *a, size_t alignment, size_t size) {
    return a ? a->memalign(a, alignment, size) : NULL;
}

static inline void uk_free(struct uk_alloc *a, void *memory) {
    a->free(a, memory);
}

#ifdef __cplusplus
}
#endif

#endif
