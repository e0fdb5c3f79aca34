#include "walk.h"

#include <uk/alloc.h>

static int table[300] = {1, 2, 3};

static int depth(int n) {
    if (n == 0)
        return table[2]; /* mark: bottom */
    return depth(n - 1) + 1;
}

int walk(struct shape *shape) {
    struct uk_alloc *heap = uk_alloc_get_default();
    int *cell = uk_malloc(heap, sizeof(*cell)); /* mark: allocate */
    *cell = depth(shape->sides);                /* mark: descend */
    int sum = *cell + shape->corner.x;          /* mark: sum */
    uk_free(heap, cell);
    return sum;
}
