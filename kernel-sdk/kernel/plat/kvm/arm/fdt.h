/* What the device tree says of QEMU's virt machine. */
#ifndef KVM_ARM_FDT_H
#define KVM_ARM_FDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MACHINE_VIRTIO_SLOTS 32

/* Addresses are 0 where the machine has none of a kind. */
struct machine {
    /* The memory that starts lowest. */
    uint64_t memory, memory_size;
    uint64_t initrd, initrd_end;
    /* In the blob, without its closing zero. */
    const char *command_line;
    size_t command_line_length;
    /* GICv2. */
    uint64_t gic_distributor, gic_cpu;
    unsigned timer_interrupt;
    uint64_t rtc;
    /* A PCI bus: its configuration space, and where its devices' registers may be put. */
    uint64_t pci_configuration, pci_configuration_size, pci_window;
    unsigned virtio_slots;
    struct {
        uint64_t address;
        unsigned interrupt;
    } virtio[MACHINE_VIRTIO_SLOTS];
    /* PSCI is called by SMC rather than by HVC. */
    bool psci_smc;
};

/* Reads a blob; false when it is none, or damaged. Never reads behind the size that it tells. */
bool fdt_read(const void *blob, struct machine *machine);

#endif
