/* Stacks with a guard page under them. */
#include <uk/alloc.h>
#include <uk/paging.h>

void *uk_stack_alloc(size_t size) {
    size = PAGE_ALIGN_UP(size);
    char *guard = uk_memalign(uk_alloc_get_default(), PAGE_SIZE, size + PAGE_SIZE);
    if (guard == NULL)
        return NULL;
    uk_paging_set((uint64_t)guard, PAGE_SIZE, UK_PAGE_NONE);
    return guard + PAGE_SIZE;
}

void uk_stack_free(void *stack) {
    char *guard = (char *)stack - PAGE_SIZE;
    uk_paging_set((uint64_t)guard, PAGE_SIZE, UK_PAGE_READ | UK_PAGE_WRITE);
    uk_free(uk_alloc_get_default(), guard);
}
