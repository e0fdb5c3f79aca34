/* The serial port, polled (Arm PrimeCell UART PL011, DDI 0183). */
#include <uk/console.h>

#include "pl011.h"

void uk_console_init(void) {
    *reg(CONTROL) = 0;
    *reg(MASK) = 0;
    *reg(BAUD_INTEGER) = BAUD_INTEGER_115200;
    *reg(BAUD_FRACTION) = BAUD_FRACTION_115200;
    *reg(LINE_CONTROL) = LINE_CONTROL_8N1 | LINE_CONTROL_FIFO;
    *reg(CONTROL) = CONTROL_ENABLE | CONTROL_TRANSMIT | CONTROL_RECEIVE;
}

static void transmit(char byte) {
    while (*reg(FLAGS) & FLAGS_TRANSMIT_FULL)
        ;
    *reg(DATA) = (unsigned char)byte;
}

void uk_console_write(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n')
            transmit('\r');
        transmit(text[i]);
    }
}
