/* The serial port, polled (Arm PrimeCell UART PL011, DDI 0183). */
#include <stdint.h>
#include <uk/console.h>

/*
 * QEMU's virt machine has it here in every release (hw/arm/virt.c). The device tree says so too,
 * but messages come before it is read.
 */
#define UART 0x09000000UL

#define DATA          (UART + 0x00)
#define FLAGS         (UART + 0x18)
#define BAUD_INTEGER  (UART + 0x24)
#define BAUD_FRACTION (UART + 0x28)
#define LINE_CONTROL  (UART + 0x2c)
#define CONTROL       (UART + 0x30)
#define MASK          (UART + 0x38)

#define FLAGS_TRANSMIT_FULL (1 << 5)
#define LINE_CONTROL_8N1    (3 << 5)
#define LINE_CONTROL_FIFO   (1 << 4)
#define CONTROL_ENABLE      (1 << 0)
#define CONTROL_TRANSMIT    (1 << 8)
#define CONTROL_RECEIVE     (1 << 9)
/* 115200 baud of a 24 MHz clock: 24000000 / (16 * 115200) = 13 + 1/64. */
#define BAUD_INTEGER_115200  13
#define BAUD_FRACTION_115200 1

static volatile uint32_t *reg(uint64_t address) {
    return (volatile uint32_t *)address;
}

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
