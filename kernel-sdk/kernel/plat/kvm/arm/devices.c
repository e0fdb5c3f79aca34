/* The virtio-mmio slots that the device tree names; PCI devices are not driven here. */
#include <uk/plat/devices.h>

#include "machine.h"

/* In the tree's order, which is that of their addresses. */
bool ukplat_virtio_mmio_slot(unsigned index, uint64_t *address, unsigned *line) {
    if (index >= machine.virtio_slots)
        return false;
    *address = machine.virtio[index].address;
    *line = machine.virtio[index].interrupt;
    return true;
}

/* Nobody has given the devices on that bus their addresses. */
uint32_t ukplat_pci_read(unsigned function, unsigned offset) {
    (void)function, (void)offset;
    return UINT32_MAX;
}

void ukplat_pci_write(unsigned function, unsigned offset, uint32_t value) {
    (void)function, (void)offset, (void)value;
}
