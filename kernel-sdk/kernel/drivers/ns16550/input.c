/* The receiving half of the serial port, by interrupt. */
#include <uk/arch/cpu.h>
#include <uk/console_input.h>
#include <uk/plat/irq.h>

#include "ns16550.h"

#define IRQ_COM1 4

static void received(void *unused) {
    (void)unused;
    while (inb(LINE_STATUS) & LINE_STATUS_DATA_READY)
        uk_console_receive(inb(RECEIVE_BUFFER));
}

void uk_console_enable_input(void) {
    ukplat_irq_register(IRQ_COM1, received, 0);
    /* OUT2 lets the port's interrupts through, as on every PC. */
    outb(MODEM_CONTROL, MODEM_CONTROL_DTR | MODEM_CONTROL_RTS | MODEM_CONTROL_OUT2);
    outb(INTERRUPT_ENABLE, INTERRUPT_ENABLE_RECEIVED);
    received(0);
}
