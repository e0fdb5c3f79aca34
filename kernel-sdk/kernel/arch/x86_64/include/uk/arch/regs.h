/* The registers that a trap saves, in the order in which plat/kvm/x86/traps.S pushes them. */
#ifndef UK_ARCH_REGS_H
#define UK_ARCH_REGS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the program counter is called here. */
#define UKARCH_PC_NAME "RIP"

struct __regs {
    uint64_t r15, r14, r13, r12, rbp, rbx;
    uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    uint64_t vector, error_code;
    /* Pushed by the processor (SDM 3A, 6.14.2). */
    uint64_t rip, cs, eflags, rsp, ss;
};

static inline unsigned long ukarch_regs_pc(const struct __regs *regs) {
    return regs->rip;
}

/* Where a function returns to that has been called and has done nothing yet. */
static inline unsigned long ukarch_regs_return(const struct __regs *regs) {
    return *(const uint64_t *)regs->rsp;
}

static inline unsigned long ukarch_regs_frame(const struct __regs *regs) {
    return regs->rbp;
}

/* On the kernel console, four to a line. */
void ukarch_regs_print(const struct __regs *regs);

#ifdef __cplusplus
}
#endif

#endif
