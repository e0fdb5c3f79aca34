/* Anonymous memory (mmap(2)): whole pages of the heap, whose rights may be changed. */
#include <string.h>
#include <sys/mman.h>
#include <uk/alloc.h>
#include <uk/paging.h>
#include <uk/syscall.h>

#define READ_WRITE (UK_PAGE_READ | UK_PAGE_WRITE)

static unsigned rights_of(long protection) {
    return (protection & PROT_READ ? UK_PAGE_READ : 0) | (protection & PROT_WRITE ? READ_WRITE : 0);
}

UK_SYSCALL(mmap) {
    size_t size = PAGE_ALIGN_UP((size_t)a[1]);
    if (!(a[3] & MAP_ANONYMOUS) || (a[3] & MAP_FIXED))
        return -ENODEV;
    if (a[1] == 0)
        return -EINVAL;
    if (size < (size_t)a[1])
        return -ENOMEM;
    if (a[2] & PROT_EXEC)
        return -EACCES;
    void *memory = uk_memalign(uk_alloc_get_default(), PAGE_SIZE, size);
    if (memory == NULL)
        return -ENOMEM;
    memset(memory, 0, size);
    if (rights_of(a[2]) != READ_WRITE)
        uk_paging_set((uint64_t)memory, size, rights_of(a[2]));
    return (long)memory;
}

/* A mapping goes as a whole: its pages are one block of the heap. */
UK_SYSCALL(munmap) {
    if (a[0] % PAGE_SIZE != 0)
        return -EINVAL;
    uk_paging_set(a[0], PAGE_ALIGN_UP((size_t)a[1]), READ_WRITE);
    uk_free(uk_alloc_get_default(), (void *)a[0]);
    return 0;
}

UK_SYSCALL(mprotect) {
    if (a[0] % PAGE_SIZE != 0)
        return -EINVAL;
    if (a[2] & PROT_EXEC)
        return -EACCES;
    uk_paging_set(a[0], PAGE_ALIGN_UP((size_t)a[1]), rights_of(a[2]));
    return 0;
}

UK_SYSCALL(madvise) {
    return 0;
}

/* There is no program break: malloc does not need one. */
UK_SYSCALL(brk) {
    return 0;
}
