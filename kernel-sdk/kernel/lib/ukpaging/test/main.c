/* What must not be done to memory, one for each argument. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/paging.h>

int main(int argc, char *argv[]);

static const int constant = 1;
static char data[64] = {1};

static int dig(int depth) {
    volatile char space[512];
    space[0] = depth;
    return depth < 0 ? 0 : dig(depth + 1) + space[0];
}

static void check_rights(void) {
    void *stack = uk_stack_alloc(8192);
    printf("code %u, constant %u, data %u, null %u, stack %u, guard %u\n",
           uk_paging_rights((uint64_t)main), uk_paging_rights((uint64_t)&constant),
           uk_paging_rights((uint64_t)data), uk_paging_rights(0), uk_paging_rights((uint64_t)stack),
           uk_paging_rights((uint64_t)stack - 1));
    uk_stack_free(stack);
    printf("given back %u\n", uk_paging_rights((uint64_t)stack - 1));
}

/* One small page of a large one changes, and those beside it do not. */
static void change_one(void) {
    char *pages = uk_memalign(uk_alloc_get_default(), PAGE_SIZE, 3 * PAGE_SIZE);
    memset(pages, 'a', 3 * PAGE_SIZE);
    uk_paging_set((uint64_t)pages + PAGE_SIZE, PAGE_SIZE, UK_PAGE_READ);
    printf("beside %u, changed %u, beside %u\n", uk_paging_rights((uint64_t)pages),
           uk_paging_rights((uint64_t)pages + PAGE_SIZE),
           uk_paging_rights((uint64_t)pages + 2 * PAGE_SIZE));
    pages[PAGE_SIZE - 1] = pages[2 * PAGE_SIZE] = 'b';
    printf("still %c, ", pages[PAGE_SIZE]);
    uk_paging_set((uint64_t)pages + PAGE_SIZE, PAGE_SIZE, UK_PAGE_READ | UK_PAGE_WRITE);
    pages[PAGE_SIZE] = 'c';
    printf("now %c\n", pages[PAGE_SIZE]);
    uk_free(uk_alloc_get_default(), pages);
}

/* The tables of pages that were split stay: thousands of stacks need no more of them. */
static void use_many_stacks(void) {
    struct uk_alloc_stats first, last;
    for (int i = 0; i < 5000; i++) {
        uk_stack_free(uk_stack_alloc(4 * PAGE_SIZE));
        if (i == 0)
            uk_alloc_get_stats(&first);
    }
    uk_alloc_get_stats(&last);
    printf("many stacks: %ld bytes more\n", (long)(last.used - first.used));
}

int main(int argc, char *argv[]) {
    const char *what = argc > 1 ? argv[1] : "";
    volatile uint64_t *null = NULL;
    if (strcmp(what, "null-read") == 0)
        return *null;
    if (strcmp(what, "null-write") == 0)
        *null = 1;
    if (strcmp(what, "null-call") == 0)
        ((void (*)(void))null)();
    if (strcmp(what, "write-code") == 0)
        *(volatile char *)main = 0;
    if (strcmp(what, "write-constant") == 0)
        *(volatile int *)&constant = 2;
    if (strcmp(what, "execute-data") == 0)
        ((void (*)(void))data)();
    if (strcmp(what, "wild-pointer") == 0)
        *(volatile char *)0x123456789000 = 1;
    if (strcmp(what, "stack-overflow") == 0)
        return dig(1);
    if (strcmp(what, "write-and-execute") == 0)
        uk_paging_set((uint64_t)uk_memalign(uk_alloc_get_default(), PAGE_SIZE, PAGE_SIZE),
                      PAGE_SIZE, UK_PAGE_WRITE | UK_PAGE_EXECUTE);
    check_rights();
    change_one();
    use_many_stacks();
    return 0;
}
