/* The guest's memory, as the device tree tells it. */
#include "../memory.h"

#include <uk/assert.h>

#include "machine.h"

/* PCI's configuration space has 1 MiB for each bus; we look at the first. */
#define PCI_BUS_SIZE 0x100000UL

struct machine machine;

void ukplat_memory_init(const void *boot_info) {
    UK_ASSERT(boot_info != NULL);
    bool understood = fdt_read(boot_info, &machine);
    UK_ASSERT(understood && machine.memory_size != 0);
    boot_memory_set(&(struct boot_memory){
        .end = machine.memory + machine.memory_size,
        .initrd = machine.initrd,
        .initrd_size = machine.initrd_end - machine.initrd,
        .command_line = machine.command_line,
        .command_line_length = machine.command_line_length,
    });
}

int machine_regions(struct uk_page_region regions[], int limit) {
    UK_ASSERT(limit >= 3);
    unsigned device = UK_PAGE_READ | UK_PAGE_WRITE | UK_PAGE_DEVICE;
    uint64_t pci = machine.pci_configuration;
    int count = 0;
    /* QEMU's virt machine has its devices below its memory (hw/arm/virt.c). */
    regions[count++] = (struct uk_page_region){0, machine.memory, device};
    regions[count++] = (struct uk_page_region){machine.memory, machine.memory + machine.memory_size,
                                               UK_PAGE_READ | UK_PAGE_WRITE};
    if (pci != 0)
        regions[count++] = (struct uk_page_region){pci, pci + PCI_BUS_SIZE, device};
    return count;
}
