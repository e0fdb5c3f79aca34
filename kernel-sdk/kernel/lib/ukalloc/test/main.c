/* The heap against a shadow of it, and the faults that a checked build finds. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/alloc.h>

#define PIECES 500
#define STEPS  30000

static struct uk_alloc *heap;

/* What the heap was asked for; every byte of a piece is its `fill`. */
static struct piece {
    unsigned char *memory;
    size_t size;
    unsigned char fill;
} pieces[PIECES];

static unsigned random_number(void) {
    static uint64_t state = 1;
    state = state * 6364136223846793005 + 1442695040888963407;
    return state >> 33;
}

/* Mostly small, sometimes large. */
static size_t random_size(void) {
    return random_number() % (random_number() % 16 == 0 ? 100000 : 300);
}

static void check_fill(const struct piece *piece, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (piece->memory[i] != piece->fill) {
            printf("byte %lu of a piece of %lu has changed\n", (unsigned long)i,
                   (unsigned long)piece->size);
            exit(1);
        }
}

static void check_new(const struct piece *piece, size_t alignment) {
    if (piece->memory == NULL)
        printf("no memory for %lu bytes\n", (unsigned long)piece->size);
    if ((uintptr_t)piece->memory % alignment != 0)
        printf("%p is not aligned to %lu\n", (void *)piece->memory, (unsigned long)alignment);
}

static void give(struct piece *piece) {
    check_fill(piece, piece->size);
    uk_free(heap, piece->memory);
    piece->memory = NULL;
}

static void step(struct piece *piece) {
    size_t size = random_size(), alignment = 16;
    unsigned kind = random_number() % 4;
    if (piece->memory && kind != 3) {
        give(piece);
        return;
    }
    if (piece->memory) {
        size_t kept = piece->size < size ? piece->size : size;
        piece->memory = uk_realloc(heap, piece->memory, size);
        check_new(piece, alignment);
        check_fill(piece, kept);
    } else if (kind == 0) {
        piece->memory = uk_calloc(heap, 1, size);
        piece->fill = 0;
        check_new(piece, alignment);
        check_fill(piece, size);
    } else if (kind == 1) {
        alignment = 1UL << random_number() % 14;
        piece->memory = uk_memalign(heap, alignment, size);
    } else {
        piece->memory = uk_malloc(heap, size);
    }
    check_new(piece, alignment);
    piece->size = size;
    piece->fill = random_number();
    memset(piece->memory, piece->fill, size);
}

/* The largest block that is to be had, to a page. */
static size_t largest(void) {
    size_t low = 0, high = 1UL << 30;
    while (high - low > 4096) {
        size_t middle = low + (high - low) / 2;
        void *memory = uk_malloc(heap, middle);
        uk_free(heap, memory);
        *(memory ? &low : &high) = middle;
    }
    return low;
}

static void random_use(void) {
    struct uk_alloc_stats before, amid, after;
    size_t largest_before = largest();
    uk_alloc_get_stats(&before);
    for (int i = 0; i < STEPS; i++)
        step(&pieces[random_number() % PIECES]);
    uk_alloc_get_stats(&amid);
    size_t asked = 0, count = 0;
    for (int i = 0; i < PIECES; i++)
        if (pieces[i].memory) {
            asked += pieces[i].size;
            count++;
            give(&pieces[i]);
        }
    uk_alloc_get_stats(&after);
    printf("%s blocks are counted\n", amid.blocks - before.blocks == count ? "all" : "not all");
    printf("what is used is %s\n",
           amid.used - before.used >= asked ? "counted" : "less than asked");
    printf("the peak %s\n", after.peak >= amid.used ? "stays" : "is lost");
    printf("%s is left\n", after.used == before.used ? "nothing" : "something");
    printf("the heap is %s\n", largest() == largest_before ? "one piece again" : "in pieces");
}

static void refuse(void) {
    struct uk_alloc_stats stats;
    uk_alloc_get_stats(&stats);
    printf("more than there is: %p\n", uk_malloc(heap, stats.total + 1));
    printf("everything: %p\n", uk_malloc(heap, SIZE_MAX));
    printf("too aligned: %p\n", uk_memalign(heap, 1UL << 62, 16));
    printf("a product that overflows: %p\n", uk_calloc(heap, SIZE_MAX / 2, 3));
    char *kept = uk_malloc(heap, 100);
    strcpy(kept, "kept");
    printf("growing for ever: %p, and the old block is %s\n", uk_realloc(heap, kept, SIZE_MAX / 2),
           kept);
}

static void shrink(void) {
    struct uk_alloc_stats stats;
    char *memory = uk_malloc(heap, 1 << 20);
    strcpy(memory, "kept");
    memory = uk_realloc(heap, memory, 100);
    uk_alloc_get_stats(&stats);
    printf("a shrunk block gives %s back\n", stats.used < 1 << 20 ? "memory" : "nothing");
    printf("what it held is %s\n", memory);
    uk_free(heap, memory);
}

static void exhaust(void) {
    size_t count = 0;
    while (uk_malloc(heap, 1 << 20) != NULL)
        count++;
    printf("the heap is exhausted after %lu MiB\n", (unsigned long)count);
}

static void double_free(void) {
    char *block = uk_malloc(heap, 24);
    printf("block %p\n", (void *)block);
    uk_free(heap, block);
    uk_free(heap, block);
}

static void overflow(void) {
    char *block = uk_malloc(heap, 24);
    printf("block %p\n", (void *)block);
    block[24] = 0;
    uk_free(heap, block);
}

static void overflow_then_grow(void) {
    char *block = uk_malloc(heap, 24);
    printf("block %p\n", (void *)block);
    block[24] = 0;
    uk_realloc(heap, block, 50);
}

static void wild_free(void) {
    static char never_allocated[64] __attribute__((aligned(16)));
    printf("block %p\n", (void *)&never_allocated[32]);
    uk_free(heap, &never_allocated[32]);
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"random", random_use},
    {"refuse", refuse},
    {"shrink", shrink},
    {"exhaust", exhaust},
    {"double-free", double_free},
    {"overflow", overflow},
    {"overflow-then-grow", overflow_then_grow},
    {"wild-free", wild_free},
};

int main(int argc, char *argv[]) {
    heap = uk_alloc_get_default();
    for (int i = 1; i < argc; i++)
        for (size_t j = 0; j < sizeof(cases) / sizeof(cases[0]); j++)
            if (strcmp(argv[i], cases[j].name) == 0)
                cases[j].run();
    return 0;
}
