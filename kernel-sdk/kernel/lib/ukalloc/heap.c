/*
 * The heap: first fit over a list of all blocks in address order. A block knows its neighbours, so
 * that a freed one merges with those beside it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/heap.h>

#define ALIGNMENT 16
#define MAGIC     0x6b756c62 /* "bluk": told apart from what was never allocated */

struct block {
    struct block *previous, *next;
    /* Bytes behind this header. */
    size_t size;
    uint32_t magic;
    uint32_t used;
};

static struct block *first;

static struct block *block_of(void *pointer) {
    struct block *block = (struct block *)pointer - 1;
    UK_ASSERT(block->magic == MAGIC);
    return block;
}

/* Cuts what a block has beyond `size` off into a free block of its own, if it is worth one. */
static void split(struct block *block, size_t size) {
    if (block->size < size + sizeof(struct block) + ALIGNMENT)
        return;
    struct block *rest = (struct block *)((char *)(block + 1) + size);
    *rest = (struct block){.previous = block,
                           .next = block->next,
                           .size = block->size - size - sizeof(struct block),
                           .magic = MAGIC};
    if (rest->next)
        rest->next->previous = rest;
    block->next = rest;
    block->size = size;
}

/* Takes the block behind `block` into it. */
static void absorb_next(struct block *block) {
    struct block *next = block->next;
    block->size += sizeof(struct block) + next->size;
    block->next = next->next;
    if (block->next)
        block->next->previous = block;
    next->magic = 0;
}

static size_t rounded(size_t size) {
    return size == 0 ? ALIGNMENT : (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static void *heap_malloc(struct uk_alloc *a, size_t size) {
    (void)a;
    if (size > PTRDIFF_MAX)
        return NULL;
    size = rounded(size);
    for (struct block *block = first; block; block = block->next) {
        if (block->used || block->size < size)
            continue;
        split(block, size);
        block->used = true;
        return block + 1;
    }
    return NULL;
}

static void *heap_calloc(struct uk_alloc *a, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    void *pointer = heap_malloc(a, bytes);
    return pointer ? memset(pointer, 0, bytes) : NULL;
}

static void heap_free(struct uk_alloc *a, void *pointer) {
    (void)a;
    if (pointer == NULL)
        return;
    struct block *block = block_of(pointer);
    UK_ASSERT(block->used);
    block->used = false;
    if (block->next && !block->next->used)
        absorb_next(block);
    if (block->previous && !block->previous->used)
        absorb_next(block->previous);
}

static void *heap_realloc(struct uk_alloc *a, void *pointer, size_t size) {
    if (pointer == NULL)
        return heap_malloc(a, size);
    struct block *block = block_of(pointer);
    if (size <= block->size)
        return pointer;
    void *larger = heap_malloc(a, size);
    if (larger == NULL)
        return NULL;
    memcpy(larger, pointer, block->size);
    heap_free(a, pointer);
    return larger;
}

static struct uk_alloc heap = {
    .malloc = heap_malloc,
    .calloc = heap_calloc,
    .realloc = heap_realloc,
    .free = heap_free,
};

struct uk_alloc *uk_alloc_get_default(void) {
    return &heap;
}

void uk_heap_init(void *start, size_t size) {
    UK_ASSERT(size > sizeof(struct block));
    first = start;
    *first = (struct block){.size = size - sizeof(struct block), .magic = MAGIC};
}
