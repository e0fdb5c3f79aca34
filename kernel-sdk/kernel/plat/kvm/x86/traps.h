/* The descriptor table, for the files of this folder. */
#ifndef KVM_X86_TRAPS_H
#define KVM_X86_TRAPS_H

#include <stdint.h>
#include <uk/config.h>

/* Bytes between two entries in traps.S and irq.S. */
#define TRAP_ENTRY_SIZE 16
/* The first vector behind the exceptions, and how many there are for interrupts. */
#define TRAP_FIRST_IRQ 32
#ifdef CONFIG_PLAT_KVM_IRQ
#define TRAP_IRQS 64
#else
#define TRAP_IRQS 0
#endif

/* Sends a vector to an entry; `stack` is 0 for the interrupted one, else the task state's IST. */
void trap_gate_set(int vector, uint64_t entry, int stack);

#endif
