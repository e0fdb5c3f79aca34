/*
 * The heap: two-level segregated fit (Masmano et al., "TLSF: a new dynamic memory allocator for
 * real-time systems", 2004). Free blocks are kept in lists by size: a first level by powers of two,
 * a second that cuts each power into 16 parts. Two bitmaps say which lists hold something, so that
 * both malloc and free take constant time. Blocks know their neighbours in memory: freed ones
 * merge.
 */
#include "heap.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/arch/lcpu.h>
#include <uk/assert.h>
#include <uk/heap.h>

#define ALIGNMENT      16
#define SECOND_SHIFT   4
#define SECOND_COUNT   (1 << SECOND_SHIFT)
#define FIRST_SHIFT    8 /* sizes below 256 share the first list of lists, in steps of 16 */
#define FIRST_COUNT    32
#define MAGIC          0x6b756c62  /* "bluk": tells a block from what was never one */
#define SIZE_MAX_BLOCK (1UL << 34) /* what 31 bits of units can tell */

/* Stands before every block's memory. */
struct block {
    /* The block that ends where this one starts; NULL for the first. */
    struct block *previous;
    uint32_t magic;
    /* Of the memory behind this header, in ALIGNMENTs, with UNIT_FREE. */
    uint32_t units_and_flag;
};

/* The block is in a free list. */
#define UNIT_FREE (1U << 31)

/* What a free block's memory holds. */
struct link {
    struct block *next, *previous;
};

static struct block *free_lists[FIRST_COUNT][SECOND_COUNT];
static uint32_t first_map, second_map[FIRST_COUNT];
static struct uk_alloc_stats stats;

static size_t size_of(const struct block *block) {
    return (size_t)(block->units_and_flag & ~UNIT_FREE) * ALIGNMENT;
}

static bool is_free(const struct block *block) {
    return block->units_and_flag & UNIT_FREE;
}

static void set_size(struct block *block, size_t size, bool free) {
    block->units_and_flag = size / ALIGNMENT | (free ? UNIT_FREE : 0);
}

static struct block *next_of(struct block *block) {
    return (struct block *)((char *)(block + 1) + size_of(block));
}

static struct link *link_of(struct block *block) {
    return (struct link *)(block + 1);
}

/* The list that a block of this size belongs to. */
static void lists_of(size_t size, int *first, int *second) {
    if (size < 1UL << FIRST_SHIFT) {
        *first = 0;
        *second = size / ALIGNMENT;
        return;
    }
    int power = 63 - __builtin_clzl(size);
    *first = power - FIRST_SHIFT + 1;
    *second = size >> (power - SECOND_SHIFT) & (SECOND_COUNT - 1);
}

static void insert(struct block *block) {
    int first, second;
    lists_of(size_of(block), &first, &second);
    struct block *head = free_lists[first][second];
    *link_of(block) = (struct link){.next = head};
    if (head)
        link_of(head)->previous = block;
    free_lists[first][second] = block;
    first_map |= 1U << first;
    second_map[first] |= 1U << second;
}

static void take_out(struct block *block) {
    int first, second;
    lists_of(size_of(block), &first, &second);
    struct link *link = link_of(block);
    if (link->next)
        link_of(link->next)->previous = link->previous;
    if (link->previous)
        link_of(link->previous)->next = link->next;
    else
        free_lists[first][second] = link->next;
    if (free_lists[first][second] == NULL) {
        second_map[first] &= ~(1U << second);
        if (second_map[first] == 0)
            first_map &= ~(1U << first);
    }
}

/* A free block of at least `size`, out of its list; any block of the lists that are searched fits.
 */
static struct block *find(size_t size) {
    int first, second;
    /* The next list up holds no smaller block; within the own one some may be too small. */
    size_t rounded = size;
    if (size >= 1UL << FIRST_SHIFT)
        rounded += (1UL << (63 - __builtin_clzl(size) - SECOND_SHIFT)) - 1;
    if (rounded >= SIZE_MAX_BLOCK)
        return NULL;
    lists_of(rounded, &first, &second);
    uint32_t seconds = second_map[first] & ~0U << second;
    if (seconds == 0) {
        uint32_t firsts = first + 1 < FIRST_COUNT ? first_map & ~0U << (first + 1) : 0;
        if (firsts == 0)
            return NULL;
        first = __builtin_ctz(firsts);
        seconds = second_map[first];
    }
    struct block *block = free_lists[first][__builtin_ctz(seconds)];
    take_out(block);
    return block;
}

/* Adds the block behind to this one. */
static void absorb_next(struct block *block) {
    struct block *next = next_of(block);
    next->magic = 0;
    set_size(block, size_of(block) + sizeof(struct block) + size_of(next), is_free(block));
    next_of(block)->previous = block;
}

/* Makes what a block has beyond `size` a free block of its own, if it is worth one. */
static void split(struct block *block, size_t size) {
    size_t rest_size = size_of(block) - size;
    if (rest_size < sizeof(struct block) + sizeof(struct link))
        return;
    struct block *behind = next_of(block);
    set_size(block, size, false);
    struct block *rest = next_of(block);
    rest->previous = block;
    rest->magic = MAGIC;
    set_size(rest, rest_size - sizeof(struct block), true);
    behind->previous = rest;
    if (is_free(behind)) {
        take_out(behind);
        absorb_next(rest);
    }
    insert(rest);
}

static void release(struct block *block) {
    set_size(block, size_of(block), true);
    if (is_free(next_of(block))) {
        take_out(next_of(block));
        absorb_next(block);
    }
    if (block->previous && is_free(block->previous)) {
        block = block->previous;
        take_out(block);
        absorb_next(block);
    }
    insert(block);
}

static size_t rounded(size_t size) {
    return size < ALIGNMENT ? ALIGNMENT : (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static struct block *block_of(void *memory) {
    struct block *block = (struct block *)memory - 1;
    UK_ASSERT(block->magic == MAGIC);
    UK_ASSERT(!is_free(block));
    return block;
}

static void count(struct block *block) {
    stats.used += size_of(block);
    stats.blocks++;
    if (stats.used > stats.peak)
        stats.peak = stats.used;
}

void *heap_malloc(struct uk_alloc *a, size_t size) {
    return heap_memalign(a, ALIGNMENT, size);
}

void *heap_memalign(struct uk_alloc *a, size_t alignment, size_t size) {
    (void)a;
    if (size >= SIZE_MAX_BLOCK || alignment >= SIZE_MAX_BLOCK)
        return NULL;
    size = rounded(size);
    /* Room for a free block before the aligned address. */
    size_t slack = alignment > ALIGNMENT ? alignment + sizeof(struct block) + ALIGNMENT : 0;
    unsigned long flags = ukarch_irq_save();
    struct block *block = find(size + slack);
    if (block == NULL) {
        ukarch_irq_restore(flags);
        return NULL;
    }
    set_size(block, size_of(block), false);
    uintptr_t start = (uintptr_t)(block + 1);
    if (slack != 0 && start % alignment != 0) {
        uintptr_t least = start + sizeof(struct block) + sizeof(struct link);
        uintptr_t aligned = (least + alignment - 1) & ~(alignment - 1);
        size_t before = aligned - sizeof(struct block) - start;
        struct block *behind = next_of(block), *first = block;
        size_t left = size_of(block) - before - sizeof(struct block);
        block = (struct block *)aligned - 1;
        block->previous = first;
        block->magic = MAGIC;
        set_size(block, left, false);
        behind->previous = block;
        set_size(first, before, false);
        release(first);
    }
    split(block, size);
    count(block);
    ukarch_irq_restore(flags);
    return block + 1;
}

void heap_free(struct uk_alloc *a, void *memory) {
    (void)a;
    if (memory == NULL)
        return;
    unsigned long flags = ukarch_irq_save();
    struct block *block = block_of(memory);
    stats.used -= size_of(block);
    stats.blocks--;
    release(block);
    ukarch_irq_restore(flags);
}

size_t heap_size(void *memory) {
    return size_of(block_of(memory));
}

void heap_shrink(void *memory, size_t size) {
    unsigned long flags = ukarch_irq_save();
    struct block *block = block_of(memory);
    size_t before = size_of(block);
    split(block, rounded(size));
    stats.used -= before - size_of(block);
    ukarch_irq_restore(flags);
}

void uk_heap_init(void *start, size_t size) {
    uintptr_t from = ((uintptr_t)start + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1);
    size = ((uintptr_t)start + size - from) & ~(size_t)(ALIGNMENT - 1);
    UK_ASSERT(size > 2 * sizeof(struct block) + sizeof(struct link));
    struct block *block = (struct block *)from;
    *block = (struct block){.magic = MAGIC};
    set_size(block, size - 2 * sizeof(struct block), true);
    /* A used block without memory ends the heap, so that none has to ask whether it is the last. */
    *next_of(block) = (struct block){.previous = block, .magic = MAGIC};
    stats.total = size_of(block);
    insert(block);
}

void uk_alloc_get_stats(struct uk_alloc_stats *to) {
    unsigned long flags = ukarch_irq_save();
    *to = stats;
    ukarch_irq_restore(flags);
}
