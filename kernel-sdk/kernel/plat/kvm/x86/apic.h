/* The interrupt controllers, for irq.c and time.c. */
#ifndef KVM_X86_APIC_H
#define KVM_X86_APIC_H

#include <stdint.h>
#include <uk/plat/irq.h>

/* Ticks of the local APIC's timer in a second, in QEMU (hw/i386/kvm/apic.c, hw/intc/apic.c). */
#define APIC_TIMER_HZ 1000000000UL

void apic_init(void);

/* Sends a line of the I/O APIC to a vector. */
void apic_route(unsigned line, int vector);
void apic_end_of_interrupt(void);

/* One interrupt after so many ticks. */
void apic_timer_start(uint32_t ticks, int vector);
uint32_t apic_timer_left(void);

/* What a device writes where to raise a vector (SDM 3A, 11.11). */
struct ukplat_irq_message apic_message(int vector);

#endif
