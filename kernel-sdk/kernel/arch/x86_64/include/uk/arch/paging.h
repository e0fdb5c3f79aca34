/* 4-level paging: the bits of a page-table entry (Intel SDM 3A, 4.5). */
#ifndef UK_ARCH_PAGING_H
#define UK_ARCH_PAGING_H

#define PAGE_SIZE       0x1000UL
#define PAGE_LARGE_SIZE 0x200000UL
#define PAGE_ENTRIES    512

#define PAGE_PRESENT    (1UL << 0)
#define PAGE_WRITE      (1UL << 1)
#define PAGE_LARGE      (1UL << 7)
#define PAGE_NO_EXECUTE (1UL << 63)

#define PAGE_ALIGN_UP(address)   (((address) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1))
#define PAGE_ALIGN_DOWN(address) ((address) & ~(PAGE_SIZE - 1))

#endif
