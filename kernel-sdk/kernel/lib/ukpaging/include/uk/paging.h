/* The kernel's address space: everything is mapped onto itself; rights differ page by page. */
#ifndef UK_PAGING_H
#define UK_PAGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A libc may have the same by another text. */
#undef PAGE_SIZE
#define PAGE_SIZE 0x1000UL

#define PAGE_ALIGN_UP(address)   (((address) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1))
#define PAGE_ALIGN_DOWN(address) ((address) & ~(PAGE_SIZE - 1))

/* Rights, to be combined; none of them: any access is a page fault. Never both write and execute.
 */
#define UK_PAGE_NONE    0
#define UK_PAGE_READ    (1 << 0)
#define UK_PAGE_WRITE   (1 << 1)
#define UK_PAGE_EXECUTE (1 << 2)
/* Of a device's registers: neither cached nor reordered. */
#define UK_PAGE_DEVICE (1 << 3)

/* A part of memory and its rights; both ends at page boundaries, `end` is behind it. */
struct uk_page_region {
    uint64_t start, end;
    unsigned rights;
};

/* Builds the tables from what the platform says of its memory (uk/plat/memory.h), and uses them. */
void uk_paging_init(void);

/* Gives whole pages other rights. `size` is in bytes. Panics on memory that was never mapped. */
void uk_paging_set(uint64_t address, size_t size, unsigned rights);

/* The rights at an address; UK_PAGE_NONE where nothing may be done. */
unsigned uk_paging_rights(uint64_t address);

/*
 * A stack of `size` bytes with an inaccessible page under it, so that an overflow is a page fault
 * rather than another's data; NULL when memory is short. The result is its lowest usable byte.
 */
void *uk_stack_alloc(size_t size);
void uk_stack_free(void *stack);

#ifdef __cplusplus
}
#endif

#endif
