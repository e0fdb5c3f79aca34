/* The local APIC and the I/O APIC (Intel SDM 3A, chapter 11; 82093AA data sheet). */
#include "apic.h"

#include <stdint.h>
#include <uk/arch/cpu.h>

#define LOCAL_APIC              0xfee00000UL
#define LOCAL_END_OF_INTERRUPT  0x0b0
#define LOCAL_SPURIOUS          0x0f0
#define LOCAL_SPURIOUS_ENABLE   (1 << 8)
#define LOCAL_TIMER             0x320
#define LOCAL_TIMER_MASKED      (1 << 16)
#define LOCAL_TIMER_INITIAL     0x380
#define LOCAL_TIMER_CURRENT     0x390
#define LOCAL_TIMER_DIVIDE      0x3e0
#define LOCAL_TIMER_DIVIDE_BY_1 0x0b
#define SPURIOUS_VECTOR         0xff

#define IO_APIC          0xfec00000UL
#define IO_SELECT        0x00
#define IO_WINDOW        0x10
#define IO_REDIRECTION   0x10 /* two registers for each line */
#define IO_LEVEL_TRIGGER (1 << 15)

#define PIC1_DATA 0x21
#define PIC2_DATA 0xa1

static volatile uint32_t *local(uint32_t offset) {
    return (volatile uint32_t *)(LOCAL_APIC + offset);
}

static void io_write(uint32_t reg, uint32_t value) {
    *(volatile uint32_t *)(IO_APIC + IO_SELECT) = reg;
    *(volatile uint32_t *)(IO_APIC + IO_WINDOW) = value;
}

void apic_init(void) {
    /* The old controllers keep quiet; microvm has none, and the writes go nowhere. */
    outb(PIC1_DATA, 0xff);
    outb(PIC2_DATA, 0xff);
    *local(LOCAL_SPURIOUS) = LOCAL_SPURIOUS_ENABLE | SPURIOUS_VECTOR;
    *local(LOCAL_TIMER) = LOCAL_TIMER_MASKED;
    *local(LOCAL_TIMER_DIVIDE) = LOCAL_TIMER_DIVIDE_BY_1;
}

void apic_route(unsigned line, int vector) {
    /* Level-triggered: a device that still has something to say interrupts again after the EOI. */
    io_write(IO_REDIRECTION + 2 * line + 1, 0);
    io_write(IO_REDIRECTION + 2 * line, IO_LEVEL_TRIGGER | vector);
}

void apic_end_of_interrupt(void) {
    *local(LOCAL_END_OF_INTERRUPT) = 0;
}

void apic_timer_start(uint32_t ticks, int vector) {
    *local(LOCAL_TIMER) = vector;
    *local(LOCAL_TIMER_INITIAL) = ticks;
}

uint32_t apic_timer_left(void) {
    return *local(LOCAL_TIMER_CURRENT);
}

struct ukplat_irq_message apic_message(int vector) {
    return (struct ukplat_irq_message){.address = LOCAL_APIC, .data = vector};
}
