/* Vectors, for time.c. */
#ifndef KVM_X86_IRQ_H
#define KVM_X86_IRQ_H

#include <uk/plat/irq.h>

/* A vector of one's own that calls `handler`. */
int irq_vector_take(ukplat_irq_handler handler, void *argument);

#endif
