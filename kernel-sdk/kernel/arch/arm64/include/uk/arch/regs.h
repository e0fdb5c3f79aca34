/* The registers that an exception saves, in the order in which plat/kvm/arm/traps.S stores them. */
#ifndef UK_ARCH_REGS_H
#define UK_ARCH_REGS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the program counter is called here. */
#define UKARCH_PC_NAME "PC"

struct __regs {
    uint64_t x[31], sp;
    /* ELR_EL1, SPSR_EL1, ESR_EL1, FAR_EL1. */
    uint64_t pc, pstate, syndrome, fault_address;
};

static inline unsigned long ukarch_regs_pc(const struct __regs *regs) {
    return regs->pc;
}

/* Where a function returns to that has been called and has done nothing yet. */
static inline unsigned long ukarch_regs_return(const struct __regs *regs) {
    return regs->x[30];
}

static inline unsigned long ukarch_regs_frame(const struct __regs *regs) {
    return regs->x[29];
}

/* On the kernel console, four to a line. */
void ukarch_regs_print(const struct __regs *regs);

#ifdef __cplusplus
}
#endif

#endif
