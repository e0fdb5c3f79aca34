/*
 * QEMU's pvpanic-pci (docs/specs/pvpanic.rst): the host hears of a crashed guest. On this machine
 * nobody gave PCI devices their addresses, and the panic's is the only one that we have a use for.
 */
#include "pvpanic.h"

#include <uk/arch/lcpu.h>

#include "machine.h"

#define PCI_DEVICES     32
#define PCI_DEVICE_SIZE 0x8000 /* eight functions of 4 KiB each */
#define PCI_ID          0x00
#define PCI_COMMAND     0x04
#define PCI_BAR0        0x10

#define PCI_COMMAND_MEMORY (1 << 1)

#define PVPANIC_ID       0x00111b36 /* device and vendor */
#define PVPANIC_PANICKED 0x01

void pvpanic_report(void) {
    if (machine.pci_configuration == 0 || machine.pci_window == 0)
        return;
    for (int device = 0; device < PCI_DEVICES; device++) {
        uint64_t configuration = machine.pci_configuration + device * PCI_DEVICE_SIZE;
        if (mmio_read32(configuration + PCI_ID) != PVPANIC_ID)
            continue;
        mmio_write32(configuration + PCI_BAR0, machine.pci_window);
        mmio_write32(configuration + PCI_COMMAND, PCI_COMMAND_MEMORY);
        ukarch_barrier();
        *(volatile uint8_t *)machine.pci_window = PVPANIC_PANICKED;
    }
}
