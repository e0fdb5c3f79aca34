/* QEMU's microvm has virtio-mmio slots at fixed places (hw/i386/microvm.c); pc and q35 have PCI. */
#include <uk/arch/cpu.h>
#include <uk/plat/devices.h>

#define MMIO_BASE      0xfeb00000UL
#define MMIO_SIZE      512
#define MMIO_SLOTS     8
#define MMIO_IRQ_FIRST 5

/* PCI local bus specification 3.0, 3.2.2.3.2. */
#define PCI_ADDRESS_PORT 0xcf8
#define PCI_DATA_PORT    0xcfc
#define PCI_ENABLE       (1U << 31)

bool ukplat_virtio_mmio_slot(unsigned index, uint64_t *address, unsigned *line) {
    *address = MMIO_BASE + index * MMIO_SIZE;
    *line = MMIO_IRQ_FIRST + index;
    return index < MMIO_SLOTS;
}

uint32_t ukplat_pci_read(unsigned function, unsigned offset) {
    outl(PCI_ADDRESS_PORT, PCI_ENABLE | function << 8 | offset);
    return inl(PCI_DATA_PORT);
}

void ukplat_pci_write(unsigned function, unsigned offset, uint32_t value) {
    outl(PCI_ADDRESS_PORT, PCI_ENABLE | function << 8 | offset);
    outl(PCI_DATA_PORT, value);
}
