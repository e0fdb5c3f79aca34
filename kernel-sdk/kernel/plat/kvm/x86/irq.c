/* Who is called for which interrupt. */
#include <stddef.h>
#include <uk/arch/lcpu.h>
#include <uk/arch/regs.h>
#include <uk/assert.h>
#include <uk/init.h>
#include <uk/plat/irq.h>

#include "apic.h"
#include "irq.h"
#include "traps.h"

/* The I/O APIC's lines come first; messages and the timer take the vectors behind them. */
#define LINES 24

extern const char irq_entries[];

static struct {
    ukplat_irq_handler call;
    void *argument;
} handlers[TRAP_IRQS];

static int next_free = LINES;

/* Lets another thread run if an interrupt woke one. Weak: a kernel may have no scheduler. */
__attribute__((weak)) void uk_sched_irq_done(void);

static void handle(int index, ukplat_irq_handler handler, void *argument) {
    handlers[index].call = handler;
    handlers[index].argument = argument;
}

void ukplat_irq_register(unsigned line, ukplat_irq_handler handler, void *argument) {
    UK_ASSERT(line < LINES && handlers[line].call == NULL);
    handle(line, handler, argument);
    apic_route(line, TRAP_FIRST_IRQ + line);
}

int irq_vector_take(ukplat_irq_handler handler, void *argument) {
    UK_ASSERT(next_free < TRAP_IRQS);
    handle(next_free, handler, argument);
    return TRAP_FIRST_IRQ + next_free++;
}

struct ukplat_irq_message ukplat_irq_message(ukplat_irq_handler handler, void *argument) {
    return apic_message(irq_vector_take(handler, argument));
}

/* Called by irq.S, interrupts disabled. */
void ukplat_irq(struct __regs *regs) {
    int index = regs->vector - TRAP_FIRST_IRQ;
    /* Told before the handler runs: it may not return here before other threads have run. */
    apic_end_of_interrupt();
    if (handlers[index].call)
        handlers[index].call(handlers[index].argument);
    if (uk_sched_irq_done)
        uk_sched_irq_done();
}

static void irq_init(void) {
    for (int i = 0; i < TRAP_IRQS; i++)
        trap_gate_set(TRAP_FIRST_IRQ + i, (uint64_t)irq_entries + i * TRAP_ENTRY_SIZE, 0);
    apic_init();
    ukarch_irq_enable();
}
UK_INIT(UK_INIT_IRQ, irq_init);
