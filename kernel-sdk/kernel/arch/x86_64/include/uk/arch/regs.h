/* The registers that an exception saves, in the order in which plat/kvm/x86/traps.S pushes them. */
#ifndef UK_ARCH_REGS_H
#define UK_ARCH_REGS_H

#include <stdint.h>

struct __regs {
    uint64_t r15, r14, r13, r12, rbp, rbx;
    uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    uint64_t vector, error_code;
    /* Pushed by the processor (SDM 3A, 6.14.2). */
    uint64_t rip, cs, eflags, rsp, ss;
};

#endif
