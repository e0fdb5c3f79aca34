/* The heap against a shadow of what it should hold; with an argument, a mistake that a program may
 * make. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/alloc.h>

#define PIECES 512
#define ROUNDS 40000

static struct {
    unsigned char *memory;
    size_t size;
    unsigned char fill;
} pieces[PIECES];

static uint32_t state = 1;

static uint32_t number(uint32_t limit) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % limit;
}

static bool holds(int i) {
    for (size_t at = 0; at < pieces[i].size; at++)
        if (pieces[i].memory[at] != pieces[i].fill)
            return false;
    return true;
}

static void fill(int i, unsigned char *memory, size_t size) {
    pieces[i].memory = memory;
    pieces[i].size = size;
    pieces[i].fill = number(256);
    memset(memory, pieces[i].fill, size);
}

static bool random_use(void) {
    struct uk_alloc *heap = uk_alloc_get_default();
    for (int round = 0; round < ROUNDS; round++) {
        int i = number(PIECES);
        size_t size = number(8) == 0 ? number(100000) : number(300);
        if (pieces[i].memory && !holds(i))
            return false;
        if (pieces[i].memory == NULL) {
            size_t alignment = 16UL << number(9);
            unsigned char *memory =
                number(4) == 0 ? uk_memalign(heap, alignment, size) : uk_malloc(heap, size);
            if (memory == NULL || (uintptr_t)memory % 16 != 0)
                return false;
            fill(i, memory, size);
        } else if (number(3) == 0) {
            size_t kept = size < pieces[i].size ? size : pieces[i].size;
            unsigned char *memory = uk_realloc(heap, pieces[i].memory, size);
            for (size_t at = 0; at < kept; at++)
                if (memory[at] != pieces[i].fill)
                    return false;
            fill(i, memory, size);
        } else {
            uk_free(heap, pieces[i].memory);
            pieces[i].memory = NULL;
        }
    }
    for (int i = 0; i < PIECES; i++)
        if (pieces[i].memory)
            uk_free(heap, pieces[i].memory);
    return true;
}

/* All of it in one piece again: nothing is lost, and neighbours have merged. */
static bool is_whole(size_t blocks_before) {
    struct uk_alloc_stats stats;
    uk_alloc_get_stats(&stats);
    void *all = uk_malloc(uk_alloc_get_default(), stats.total / 4 * 3);
    bool whole = all != NULL && stats.blocks == blocks_before;
    uk_free(uk_alloc_get_default(), all);
    return whole;
}

static void make_mistake(const char *mistake) {
    char *memory = uk_malloc(uk_alloc_get_default(), 100);
    if (strcmp(mistake, "double-free") == 0) {
        uk_free(uk_alloc_get_default(), memory);
        uk_free(uk_alloc_get_default(), memory);
    } else if (strcmp(mistake, "overflow") == 0) {
        memory[100] = 1;
        uk_free(uk_alloc_get_default(), memory);
    } else if (strcmp(mistake, "wild-free") == 0) {
        static char never_allocated[256];
        uk_free(uk_alloc_get_default(), never_allocated + 64);
    } else {
        size_t count = 0;
        while (uk_malloc(uk_alloc_get_default(), 1 << 20) != NULL)
            count++;
        printf("the heap is exhausted after %lu MiB\n", (unsigned long)count);
    }
}

int main(int argc, char *argv[]) {
    if (argc > 1) {
        make_mistake(argv[1]);
        return 0;
    }
    struct uk_alloc_stats before;
    uk_alloc_get_stats(&before);
    printf("random use: %s\n", random_use() ? "as the shadow" : "WRONG");
    printf("afterwards: %s\n", is_whole(before.blocks) ? "whole" : "IN PIECES");
    printf("too much: %p\n", uk_malloc(uk_alloc_get_default(), (size_t)1 << 40));
    return 0;
}
