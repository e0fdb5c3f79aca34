/* Device interrupts. Handlers run on the stack of whatever they interrupted, and do not sleep. */
#ifndef UK_PLAT_IRQ_H
#define UK_PLAT_IRQ_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*ukplat_irq_handler)(void *argument);

/* Enables an interrupt line of the machine and calls `handler` for it. Lines are not shared. */
void ukplat_irq_register(unsigned line, ukplat_irq_handler handler, void *argument);

/* A message that a PCI device writes to memory to interrupt (MSI-X). */
struct ukplat_irq_message {
    uint64_t address;
    uint32_t data;
};

/* Makes a message that calls `handler`. */
struct ukplat_irq_message ukplat_irq_message(ukplat_irq_handler handler, void *argument);

#ifdef __cplusplus
}
#endif

#endif
