/*
 * Page tables for an identity-mapped kernel. Both architectures have the same four levels of 512
 * entries; what an entry's bits mean is in their uk/arch/paging.h. Regions are mapped in 2 MiB
 * pages where they can be; giving one small page other rights splits its large page.
 */
#include <uk/arch/lcpu.h>
#include <uk/arch/paging.h>
#include <uk/assert.h>
#include <uk/plat/memory.h>

#define REGIONS_MAX 16
#define SHIFT_ROOT  39
#define SHIFT_1G    30
#define SHIFT_2M    21
#define SHIFT_4K    12

static uint64_t *root;

static uint64_t *entry_of(uint64_t *table, uint64_t address, int shift) {
    return &table[address >> shift & (PAGE_ENTRIES - 1)];
}

/* The table that an entry leads to, made where there is none yet. */
static uint64_t *table_below(uint64_t *entry) {
    if (!ukarch_pte_present(*entry))
        *entry = ukarch_pte_table((uint64_t)ukplat_memory_take_page());
    return (uint64_t *)ukarch_pte_address(*entry);
}

/* The page directory's entry for an address: 2 MiB of memory, or a table of small pages. */
static uint64_t *directory_entry(uint64_t address) {
    uint64_t *pointers = table_below(entry_of(root, address, SHIFT_ROOT));
    uint64_t *directory = table_below(entry_of(pointers, address, SHIFT_1G));
    return entry_of(directory, address, SHIFT_2M);
}

/* Small pages in place of a large one, with the rights that it had. */
static uint64_t *split(uint64_t *entry, uint64_t address) {
    if (ukarch_pte_is_table(*entry))
        return (uint64_t *)ukarch_pte_address(*entry);
    uint64_t start = address & ~(PAGE_LARGE_SIZE - 1);
    unsigned rights = ukarch_pte_rights(*entry);
    uint64_t *table = ukplat_memory_take_page();
    uint64_t page = ukarch_pte_page(start, rights, false);
    for (int i = 0; page != 0 && i < PAGE_ENTRIES; i++, page += PAGE_SIZE)
        table[i] = page;
    *entry = ukarch_pte_table((uint64_t)table);
    ukarch_paging_forget(address);
    return table;
}

/*
 * Large pages from `start` on, as far as one directory goes; gives where it stopped. Most of what
 * the kernel does at boot is this loop: what was not mapped before, no processor has to forget.
 */
static uint64_t map_large(uint64_t *entry, uint64_t start, uint64_t end, unsigned rights) {
    const uint64_t *behind = (uint64_t *)PAGE_ALIGN_UP((uint64_t)(entry + 1));
    if ((uint64_t)(behind - entry) > (end - start) / PAGE_LARGE_SIZE)
        behind = entry + (end - start) / PAGE_LARGE_SIZE;
    uint64_t page = ukarch_pte_page(start, rights, true), step = rights ? PAGE_LARGE_SIZE : 0;
    for (; entry < behind; entry++, page += step, start += PAGE_LARGE_SIZE) {
        uint64_t before = *entry;
        if (before != 0 && ukarch_pte_is_table(before))
            break;
        *entry = page;
        if (before != 0)
            ukarch_paging_forget(start);
    }
    return start;
}

static void map(uint64_t start, uint64_t end, unsigned rights) {
    UK_ASSERT(!(rights & UK_PAGE_WRITE && rights & UK_PAGE_EXECUTE));
    for (uint64_t at = start; at < end;) {
        uint64_t *entry = directory_entry(at);
        bool whole = at % PAGE_LARGE_SIZE == 0 && end - at >= PAGE_LARGE_SIZE;
        if (whole && !ukarch_pte_is_table(*entry)) {
            at = map_large(entry, at, end, rights);
            continue;
        }
        *entry_of(split(entry, at), at, SHIFT_4K) = ukarch_pte_page(at, rights, false);
        ukarch_paging_forget(at);
        at += PAGE_SIZE;
    }
}

void uk_paging_init(void) {
    struct uk_page_region regions[REGIONS_MAX];
    int count = ukplat_memory_regions(regions, REGIONS_MAX);
    root = ukplat_memory_take_page();
    for (int i = 0; i < count; i++)
        map(regions[i].start, regions[i].end, regions[i].rights);
    ukarch_paging_activate((uint64_t)root);
}

void uk_paging_set(uint64_t address, size_t size, unsigned rights) {
    UK_ASSERT(address % PAGE_SIZE == 0 && size % PAGE_SIZE == 0);
    unsigned long flags = ukarch_irq_save();
    map(address, address + size, rights);
    ukarch_irq_restore(flags);
}

unsigned uk_paging_rights(uint64_t address) {
    uint64_t *pointers = entry_of(root, address, SHIFT_ROOT);
    if (address >> (SHIFT_ROOT + 9) != 0 || !ukarch_pte_present(*pointers))
        return UK_PAGE_NONE;
    uint64_t *directory = entry_of((uint64_t *)ukarch_pte_address(*pointers), address, SHIFT_1G);
    if (!ukarch_pte_present(*directory))
        return UK_PAGE_NONE;
    uint64_t entry = *entry_of((uint64_t *)ukarch_pte_address(*directory), address, SHIFT_2M);
    if (ukarch_pte_is_table(entry))
        entry = *entry_of((uint64_t *)ukarch_pte_address(entry), address, SHIFT_4K);
    return ukarch_pte_rights(entry);
}
