/*
 * The interrupt controller (Arm Generic Interrupt Controller version 2, IHI 0048, chapter 4). Lines
 * keep the configuration of their reset, level-sensitive: all devices hold theirs until they are
 * served.
 */
#include "gic.h"

#include <uk/arch/cpu.h>
#include <uk/assert.h>

#include "machine.h"

/* Of the distributor. */
#define GICD_CTLR      0x000
#define GICD_ISENABLER 0x100 /* a bit for each interrupt */
#define GICD_PRIORITY  0x400 /* a byte for each */
#define GICD_TARGETS   0x800 /* a byte for each: processors */
/* Of the processor's interface. */
#define GICC_CTLR 0x000
#define GICC_PMR  0x004
#define GICC_IAR  0x00c
#define GICC_EOIR 0x010

#define CTLR_ENABLE   1
#define PMR_ALL       0xff
#define IAR_INTERRUPT 0x3ff
#define PRIORITY      0x80
#define FIRST_SPI     32
#define PROCESSOR_0   0x01

void gic_init(void) {
    UK_ASSERT(machine.gic_distributor != 0 && machine.gic_cpu != 0);
    mmio_write32(machine.gic_distributor + GICD_CTLR, CTLR_ENABLE);
    mmio_write32(machine.gic_cpu + GICC_PMR, PMR_ALL);
    mmio_write32(machine.gic_cpu + GICC_CTLR, CTLR_ENABLE);
}

static void set_byte(unsigned registers, unsigned interrupt, uint8_t value) {
    *(volatile uint8_t *)(machine.gic_distributor + registers + interrupt) = value;
}

void gic_enable(unsigned interrupt) {
    set_byte(GICD_PRIORITY, interrupt, PRIORITY);
    /* The lines below are the processor's own. */
    if (interrupt >= FIRST_SPI)
        set_byte(GICD_TARGETS, interrupt, PROCESSOR_0);
    mmio_write32(machine.gic_distributor + GICD_ISENABLER + interrupt / 32 * 4,
                 1U << interrupt % 32);
}

unsigned gic_acknowledge(void) {
    return mmio_read32(machine.gic_cpu + GICC_IAR) & IAR_INTERRUPT;
}

void gic_end_of_interrupt(unsigned interrupt) {
    mmio_write32(machine.gic_cpu + GICC_EOIR, interrupt);
}
