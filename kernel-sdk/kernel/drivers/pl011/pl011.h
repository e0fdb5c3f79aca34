/* The registers, for the transmitting and the receiving half. */
#ifndef PL011_H
#define PL011_H

#include <stdint.h>

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
#define CLEAR         (UART + 0x44)

#define FLAGS_RECEIVE_EMPTY (1 << 4)
#define FLAGS_TRANSMIT_FULL (1 << 5)
#define LINE_CONTROL_8N1    (3 << 5)
#define LINE_CONTROL_FIFO   (1 << 4)
#define CONTROL_ENABLE      (1 << 0)
#define CONTROL_TRANSMIT    (1 << 8)
#define CONTROL_RECEIVE     (1 << 9)
/* Of the mask and the clear register. */
#define INTERRUPT_RECEIVED (1 << 4)
#define INTERRUPT_TIMEOUT  (1 << 6) /* characters wait, too few for the FIFO to tell of them */
/* 115200 baud of a 24 MHz clock: 24000000 / (16 * 115200) = 13 + 1/64. */
#define BAUD_INTEGER_115200  13
#define BAUD_FRACTION_115200 1

static inline volatile uint32_t *reg(uint64_t address) {
    return (volatile uint32_t *)address;
}

#endif
