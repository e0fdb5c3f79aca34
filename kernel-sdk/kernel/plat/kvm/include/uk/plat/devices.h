/* Where the machine has its devices. */
#ifndef UK_PLAT_DEVICES_H
#define UK_PLAT_DEVICES_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The registers and the interrupt line of virtio-mmio slot `index`; false behind the last one. */
bool ukplat_virtio_mmio_slot(unsigned index, uint64_t *address, unsigned *line);

/*
 * A register of a PCI function's configuration space, as `bus << 8 | device << 3 | function` and an
 * offset that is a multiple of 4. A machine without PCI reads as all ones.
 */
uint32_t ukplat_pci_read(unsigned function, unsigned offset);
void ukplat_pci_write(unsigned function, unsigned offset, uint32_t value);

#ifdef __cplusplus
}
#endif

#endif
