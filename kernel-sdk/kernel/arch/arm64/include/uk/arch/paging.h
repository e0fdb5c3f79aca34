/*
 * VMSAv8-64 with 4 KiB pages and four levels: the bits of a translation table's descriptor (Arm
 * ARM, DDI 0487, D8.3). plat/kvm/arm/boot.S sets what the fields mean: MAIR_EL1 and TCR_EL1.
 */
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

#define PTE_VALID (1UL << 0)
/* Leads to a table; at the last level, a page. Clear: a block of 2 MiB. */
#define PTE_TABLE           (1UL << 1)
#define PTE_DEVICE          (1UL << 2) /* index 1 into MAIR_EL1 */
#define PTE_READ_ONLY       (1UL << 7)
#define PTE_INNER_SHAREABLE (3UL << 8)
#define PTE_ACCESSED        (1UL << 10)
#define PTE_NO_EXECUTE      (1UL << 53) /* at EL1 */
#define PTE_NO_EXECUTE_USER (1UL << 54)
#define PTE_ADDRESS         0x0000fffffffff000UL

/* An entry that leads to the next table. */
static inline uint64_t ukarch_pte_table(uint64_t table) {
    return table | PTE_VALID | PTE_TABLE;
}

/* An entry that maps a page; no rights at all leave it unmapped. */
static inline uint64_t ukarch_pte_page(uint64_t address, unsigned rights, bool large) {
    if (rights == 0)
        return 0;
    return address | PTE_VALID | PTE_ACCESSED | PTE_INNER_SHAREABLE | PTE_NO_EXECUTE_USER |
           (large ? 0 : PTE_TABLE) | (rights & UK_PAGE_WRITE ? 0 : PTE_READ_ONLY) |
           (rights & UK_PAGE_EXECUTE ? 0 : PTE_NO_EXECUTE) |
           (rights & UK_PAGE_DEVICE ? PTE_DEVICE : 0);
}

static inline bool ukarch_pte_present(uint64_t entry) {
    return entry & PTE_VALID;
}

/* Of an entry in a page directory: whether it leads to a table of 4 KiB pages. */
static inline bool ukarch_pte_is_table(uint64_t entry) {
    return (entry & PTE_VALID) && (entry & PTE_TABLE);
}

static inline uint64_t ukarch_pte_address(uint64_t entry) {
    return entry & PTE_ADDRESS;
}

static inline unsigned ukarch_pte_rights(uint64_t entry) {
    if (!(entry & PTE_VALID))
        return 0;
    return UK_PAGE_READ | (entry & PTE_READ_ONLY ? 0 : UK_PAGE_WRITE) |
           (entry & PTE_NO_EXECUTE ? 0 : UK_PAGE_EXECUTE) |
           (entry & PTE_DEVICE ? UK_PAGE_DEVICE : 0);
}

/* Makes these tables the processor's. */
static inline void ukarch_paging_activate(uint64_t root) {
    __asm__ volatile("dsb ish" : : : "memory");
    write_sysreg(ttbr0_el1, root);
    __asm__ volatile("isb; tlbi vmalle1; dsb nsh; isb" : : : "memory");
}

/* The entry in memory comes first: the processor walks the tables beside the instructions. */
static inline void ukarch_paging_forget(uint64_t address) {
    __asm__ volatile("dsb ishst; tlbi vaae1, %0; dsb nsh; isb"
                     :
                     : "r"(address >> 12 & 0xfffffffffffUL)
                     : "memory");
}

#ifdef __cplusplus
}
#endif

#endif
