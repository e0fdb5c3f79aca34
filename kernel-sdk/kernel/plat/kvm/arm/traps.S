/*
 * The exception vectors (DDI 0487, D1.3.1).
 *
 * Everything, interrupt handlers too, runs at EL1t, on SP_EL0; the processor takes an exception with SP_EL1. A
 * synchronous exception stays on SP_EL1, whose stack nobody else uses: so a stack pointer that ran into its guard page
 * can still be reported. An interrupt goes back to the stack that it interrupted (irq.S): its handler may switch to
 * another thread, and finishes only when this one runs again.
 *
 * A second exception while the first one is told comes at EL1h. It gets a stack of its own, from the top.
 */
#include <uk/config.h>

#include "trap_frame.S"

#define KIND_SYNCHRONOUS 0
#define KIND_INTERRUPT   1
#define KIND_SERROR      2
#define TRAP_STACK_SIZE  16384

/* From EL1t: X1 is the interrupted stack pointer, X2 the kind. */
    .macro vector kind
    .align 7
    sub sp, sp, #REGS_SIZE
    stp x0, x1, [sp, #0]
    stp x2, x3, [sp, #16]
    mrs x1, sp_el0
    mov x2, #\kind
    b trap_common
    .endm

/* From EL1h, on whose stack nothing can be trusted: two registers go where the kernel keeps nothing. */
    .macro vector_again kind
    .align 7
    msr tpidr_el1, x0
    mov x0, sp
    msr tpidrro_el0, x0
    adrp x0, trap_stack_again_top
    add x0, x0, :lo12:trap_stack_again_top
    mov sp, x0
    mrs x0, tpidr_el1
    sub sp, sp, #REGS_SIZE
    stp x0, x1, [sp, #0]
    stp x2, x3, [sp, #16]
    mrs x1, tpidrro_el0
    mov x2, #\kind
    b trap_common
    .endm

    .text
    .align 11
    .type trap_vectors, %function
trap_vectors:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_undefined x30
    vector KIND_SYNCHRONOUS
    .align 7
#ifdef CONFIG_PLAT_KVM_IRQ
    b irq_entry
#else
    b . /* nobody enables interrupts */
#endif
    vector KIND_INTERRUPT
    vector KIND_SERROR
    vector_again KIND_SYNCHRONOUS
    vector_again KIND_INTERRUPT
    vector_again KIND_INTERRUPT
    vector_again KIND_SERROR
    /* From EL0, where nothing runs. */
    .rept 8
    vector KIND_SYNCHRONOUS
    .endr
    .cfi_endproc
    .size trap_vectors, . - trap_vectors

    .type trap_common, %function
trap_common:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_return_column DWARF_PC
    .cfi_def_cfa sp, REGS_SIZE
    save_x4_to_x30 0
    str x1, [sp, #REGS_SP]
    mrs x3, elr_el1
    mrs x4, spsr_el1
    stp x3, x4, [sp, #REGS_PC]
    mrs x3, esr_el1
    mrs x4, far_el1
    stp x3, x4, [sp, #REGS_SYNDROME]
    regs_saved 0
    mov x0, sp
    mov x1, x2
    bl ukplat_trap
    /* ukplat_trap does not return. */
1:  wfi
    b 1b
    .cfi_endproc
    .size trap_common, . - trap_common

    .globl ukplat_traps_init
    .type ukplat_traps_init, %function
ukplat_traps_init:
    .cfi_startproc
    adrp x0, trap_stack_top
    add x0, x0, :lo12:trap_stack_top
    msr spsel, #1
    mov sp, x0
    msr spsel, #0
    adrp x0, trap_vectors
    add x0, x0, :lo12:trap_vectors
    msr vbar_el1, x0
    isb
    /* Errors of the memory system are told, too. */
    msr daifclr, #4
    ret
    .cfi_endproc
    .size ukplat_traps_init, . - ukplat_traps_init

    .section .bss.trap_stacks, "aw", %nobits
    .align 4
    .skip TRAP_STACK_SIZE
trap_stack_top:
    .skip TRAP_STACK_SIZE
trap_stack_again_top:

    .section .note.GNU-stack, "", %progbits
