/* The interrupt entries, which call ukplat_irq and return. */
#include "trap_frame.S"

    .text
/*
 * Device interrupts: the same frame, the vector registers below it, and back to what was interrupted. The handler
 * runs on the interrupted stack, and may come back on it only after other threads have run.
 */
    .type irq_common, @function
irq_common:
    .cfi_startproc
    saved_by_processor
    .cfi_def_cfa rsp, 56
    save_all
    cld
    subq $512, %rsp
    .cfi_adjust_cfa_offset 512
    fxsaveq (%rsp)
    leaq 512(%rsp), %rdi
    call ukplat_irq
    fxrstorq (%rsp)
    addq $512, %rsp
    .cfi_adjust_cfa_offset -512
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rax
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    addq $16, %rsp
    iretq
    .cfi_endproc
    .size irq_common, . - irq_common

/* Vectors 32 to 95, for interrupts. PUSH with an eight-bit constant holds each to 16 bytes. */
    .align 16
    .globl irq_entries
    .type irq_entries, @function
irq_entries:
    .set vector, 32
    .rept 64
    trap vector, 0, irq_common
    .set vector, vector + 1
    .endr
    .size irq_entries, . - irq_entries

    .section .note.GNU-stack, "", @progbits
