/* The receiving half of the serial port, by interrupt. */
#include <uk/console_input.h>
#include <uk/plat/irq.h>

#include "pl011.h"

/* Shared line 1 of the interrupt controller, behind the processor's own 32 (hw/arm/virt.c). */
#define IRQ_UART 33

static void received(void *unused) {
    (void)unused;
    *reg(CLEAR) = INTERRUPT_RECEIVED | INTERRUPT_TIMEOUT;
    while (!(*reg(FLAGS) & FLAGS_RECEIVE_EMPTY))
        uk_console_receive(*reg(DATA));
}

void uk_console_enable_input(void) {
    ukplat_irq_register(IRQ_UART, received, 0);
    *reg(MASK) = INTERRUPT_RECEIVED | INTERRUPT_TIMEOUT;
    received(0);
}
