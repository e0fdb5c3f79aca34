/* The heap's own functions, for the two allocators that stand on it. */
#ifndef UKALLOC_HEAP_H
#define UKALLOC_HEAP_H

#include <stddef.h>
#include <uk/alloc.h>

void *heap_malloc(struct uk_alloc *a, size_t size);
void *heap_memalign(struct uk_alloc *a, size_t alignment, size_t size);
void heap_free(struct uk_alloc *a, void *memory);

/* Bytes that may be used at `memory`: at least as many as were asked for. */
size_t heap_size(void *memory);

/* Gives back what a block has beyond `size`, where it is worth a block. */
void heap_shrink(void *memory, size_t size);

#endif
