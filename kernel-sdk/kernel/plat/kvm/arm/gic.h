/* The interrupt controller, for the files of this folder. */
#ifndef KVM_ARM_GIC_H
#define KVM_ARM_GIC_H

/* Interrupts that a controller of this kind can have. */
#define GIC_INTERRUPTS 1020

void gic_init(void);

/* Lets an interrupt through. */
void gic_enable(unsigned interrupt);

/* The interrupt that is pending, or a number from GIC_INTERRUPTS on for none. */
unsigned gic_acknowledge(void);

/* Lets this interrupt come again. */
void gic_end_of_interrupt(unsigned interrupt);

#endif
