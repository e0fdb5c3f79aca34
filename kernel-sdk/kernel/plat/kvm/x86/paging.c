/*
 * The kernel's own page tables: the first 4 GiB, identity-mapped. The image is mapped in 4 KiB
 * pages with the rights that each part needs, the rest in 2 MiB pages that nothing is executed
 * from.
 */
#include <uk/arch/cpu.h>
#include <uk/arch/paging.h>
#include <uk/plat/bootstrap.h>

#define DIRECTORIES 4 /* of 1 GiB each */

extern char __uk_text_start[], __uk_text_end[], __uk_rodata_end[], __uk_image_end[],
    __uk_data_end[];

static uint64_t rights_of(uint64_t page) {
    /* The null page: a null pointer must fault, not read the BIOS data area. */
    if (page == 0)
        return 0;
    if (page >= (uint64_t)__uk_text_start && page < PAGE_ALIGN_UP((uint64_t)__uk_text_end))
        return PAGE_PRESENT;
    if (page >= (uint64_t)__uk_text_end && page < PAGE_ALIGN_UP((uint64_t)__uk_rodata_end))
        return PAGE_PRESENT | PAGE_NO_EXECUTE;
    /* The symbol table lies behind the data. */
    if (page >= (uint64_t)__uk_data_end && page < (uint64_t)__uk_image_end)
        return PAGE_PRESENT | PAGE_NO_EXECUTE;
    return PAGE_PRESENT | PAGE_WRITE | PAGE_NO_EXECUTE;
}

static uint64_t *small_pages(uint64_t start) {
    uint64_t *table = ukplat_memory_take_page();
    for (int i = 0; i < PAGE_ENTRIES; i++) {
        uint64_t rights = rights_of(start + i * PAGE_SIZE);
        table[i] = rights == 0 ? 0 : (start + i * PAGE_SIZE) | rights;
    }
    return table;
}

void ukplat_paging_init(void) {
    uint64_t *pml4 = ukplat_memory_take_page();
    uint64_t *pointers = ukplat_memory_take_page();
    pml4[0] = (uint64_t)pointers | PAGE_PRESENT | PAGE_WRITE;
    for (uint64_t d = 0; d < DIRECTORIES; d++) {
        uint64_t *directory = ukplat_memory_take_page();
        pointers[d] = (uint64_t)directory | PAGE_PRESENT | PAGE_WRITE;
        for (uint64_t i = 0; i < PAGE_ENTRIES; i++) {
            uint64_t start = (d * PAGE_ENTRIES + i) * PAGE_LARGE_SIZE;
            if (start < (uint64_t)__uk_image_end)
                directory[i] = (uint64_t)small_pages(start) | PAGE_PRESENT | PAGE_WRITE;
            else
                directory[i] = start | PAGE_PRESENT | PAGE_WRITE | PAGE_LARGE | PAGE_NO_EXECUTE;
        }
    }
    write_cr3((uint64_t)pml4);
}
