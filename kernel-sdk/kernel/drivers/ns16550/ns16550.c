/* The first serial port, polled (National Semiconductor PC16550D data sheet). */
#include <uk/arch/cpu.h>
#include <uk/console.h>

#include "ns16550.h"

void uk_console_init(void) {
    outb(INTERRUPT_ENABLE, 0);
    outb(LINE_CONTROL, LINE_CONTROL_DIVISOR);
    outb(DIVISOR_LOW, 1); /* 115200 baud */
    outb(DIVISOR_HIGH, 0);
    outb(LINE_CONTROL, LINE_CONTROL_8N1);
    outb(FIFO_CONTROL, FIFO_ENABLE_AND_CLEAR);
}

static void transmit(char byte) {
    while (!(inb(LINE_STATUS) & LINE_STATUS_TRANSMIT_EMPTY))
        ;
    outb(TRANSMIT_HOLDING, byte);
}

void uk_console_write(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n')
            transmit('\r');
        transmit(text[i]);
    }
}
