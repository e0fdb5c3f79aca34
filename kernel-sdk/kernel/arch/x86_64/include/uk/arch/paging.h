/* 4-level paging: the bits of a page-table entry (Intel SDM 3A, 4.5). */
#ifndef UK_ARCH_PAGING_H
#define UK_ARCH_PAGING_H

#include <stdbool.h>
#include <stdint.h>
#include <uk/arch/cpu.h>
#include <uk/paging.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PAGE_LARGE_SIZE 0x200000UL
#define PAGE_ENTRIES    512

#define PTE_PRESENT       (1UL << 0)
#define PTE_WRITE         (1UL << 1)
#define PTE_CACHE_DISABLE (1UL << 4)
#define PTE_LARGE         (1UL << 7)
#define PTE_NO_EXECUTE    (1UL << 63)
#define PTE_ADDRESS       0x000ffffffffff000UL

/* An entry that leads to the next table. */
static inline uint64_t ukarch_pte_table(uint64_t table) {
    return table | PTE_PRESENT | PTE_WRITE;
}

/* An entry that maps a page; no rights at all leave it unmapped. */
static inline uint64_t ukarch_pte_page(uint64_t address, unsigned rights, bool large) {
    if (rights == 0)
        return 0;
    return address | PTE_PRESENT | (large ? PTE_LARGE : 0) |
           (rights & UK_PAGE_WRITE ? PTE_WRITE : 0) |
           (rights & UK_PAGE_EXECUTE ? 0 : PTE_NO_EXECUTE) |
           (rights & UK_PAGE_DEVICE ? PTE_CACHE_DISABLE : 0);
}

static inline bool ukarch_pte_present(uint64_t entry) {
    return entry & PTE_PRESENT;
}

/* Of an entry in a page directory: whether it leads to a table of 4 KiB pages. */
static inline bool ukarch_pte_is_table(uint64_t entry) {
    return (entry & PTE_PRESENT) && !(entry & PTE_LARGE);
}

static inline uint64_t ukarch_pte_address(uint64_t entry) {
    return entry & PTE_ADDRESS;
}

static inline unsigned ukarch_pte_rights(uint64_t entry) {
    if (!(entry & PTE_PRESENT))
        return 0;
    return UK_PAGE_READ | (entry & PTE_WRITE ? UK_PAGE_WRITE : 0) |
           (entry & PTE_NO_EXECUTE ? 0 : UK_PAGE_EXECUTE) |
           (entry & PTE_CACHE_DISABLE ? UK_PAGE_DEVICE : 0);
}

/* Makes these tables the processor's. */
static inline void ukarch_paging_activate(uint64_t root) {
    write_cr3(root);
}

static inline void ukarch_paging_forget(uint64_t address) {
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

#ifdef __cplusplus
}
#endif

#endif
