/* Who is called for which interrupt. */
#include <stddef.h>
#include <uk/arch/lcpu.h>
#include <uk/arch/regs.h>
#include <uk/assert.h>
#include <uk/init.h>
#include <uk/panic.h>
#include <uk/plat/irq.h>

#include "gic.h"

/* QEMU's virt machine has 256 shared lines behind the processor's own 32. */
#define LINES 288

static struct {
    ukplat_irq_handler call;
    void *argument;
} handlers[LINES];

/* Lets another thread run if an interrupt woke one. Weak: a kernel may have no scheduler. */
__attribute__((weak)) void uk_sched_irq_done(void);

void ukplat_irq_register(unsigned line, ukplat_irq_handler handler, void *argument) {
    UK_ASSERT(line < LINES && handlers[line].call == NULL);
    handlers[line].call = handler;
    handlers[line].argument = argument;
    gic_enable(line);
}

/* Nobody drives PCI devices here: devices are on virtio-mmio. */
struct ukplat_irq_message ukplat_irq_message(ukplat_irq_handler handler, void *argument) {
    (void)handler, (void)argument;
    uk_panic(&(struct uk_panic_info){.reason = "This machine has no message-signalled interrupts"});
}

/* Called by irq.S, interrupts disabled. */
void ukplat_irq(struct __regs *regs) {
    (void)regs;
    unsigned line = gic_acknowledge();
    if (line >= GIC_INTERRUPTS)
        return;
    /* Told before the handler runs: it may not return here before other threads have run. */
    gic_end_of_interrupt(line);
    if (line < LINES && handlers[line].call)
        handlers[line].call(handlers[line].argument);
    if (uk_sched_irq_done)
        uk_sched_irq_done();
}

static void irq_init(void) {
    gic_init();
    ukarch_irq_enable();
}
UK_INIT(UK_INIT_IRQ, irq_init);
