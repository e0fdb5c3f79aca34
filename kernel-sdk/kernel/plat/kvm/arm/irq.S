/* The interrupt entry, which calls ukplat_irq and returns. */
#include "trap_frame.S"

/* From SP up: a frame record for backtraces, struct __regs, FPSR and FPCR, the vector registers. */
#define REGS       16
#define FP_STATUS  (REGS + REGS_SIZE)
#define VECTORS    (FP_STATUS + 16)
#define FRAME_SIZE (VECTORS + 512)

    .text
    .globl irq_entry
    .type irq_entry, %function
irq_entry:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_return_column DWARF_PC
    msr spsel, #0
    sub sp, sp, #FRAME_SIZE
    .cfi_def_cfa sp, FRAME_SIZE
    stp x0, x1, [sp, #REGS + 0]
    stp x2, x3, [sp, #REGS + 16]
    save_x4_to_x30 REGS
    add x0, sp, #FRAME_SIZE
    str x0, [sp, #REGS + REGS_SP]
    mrs x1, elr_el1
    mrs x2, spsr_el1
    stp x1, x2, [sp, #REGS + REGS_PC]
    stp xzr, xzr, [sp, #REGS + REGS_SYNDROME]
    regs_saved REGS
    stp x29, x1, [sp]
    mov x29, sp
    add x0, sp, #VECTORS
    stp q0, q1, [x0, #0]
    stp q2, q3, [x0, #32]
    stp q4, q5, [x0, #64]
    stp q6, q7, [x0, #96]
    stp q8, q9, [x0, #128]
    stp q10, q11, [x0, #160]
    stp q12, q13, [x0, #192]
    stp q14, q15, [x0, #224]
    stp q16, q17, [x0, #256]
    stp q18, q19, [x0, #288]
    stp q20, q21, [x0, #320]
    stp q22, q23, [x0, #352]
    stp q24, q25, [x0, #384]
    stp q26, q27, [x0, #416]
    stp q28, q29, [x0, #448]
    stp q30, q31, [x0, #480]
    mrs x1, fpsr
    mrs x2, fpcr
    stp x1, x2, [sp, #FP_STATUS]
    add x0, sp, #REGS
    bl ukplat_irq
    add x0, sp, #VECTORS
    ldp x1, x2, [sp, #FP_STATUS]
    msr fpsr, x1
    msr fpcr, x2
    ldp q0, q1, [x0, #0]
    ldp q2, q3, [x0, #32]
    ldp q4, q5, [x0, #64]
    ldp q6, q7, [x0, #96]
    ldp q8, q9, [x0, #128]
    ldp q10, q11, [x0, #160]
    ldp q12, q13, [x0, #192]
    ldp q14, q15, [x0, #224]
    ldp q16, q17, [x0, #256]
    ldp q18, q19, [x0, #288]
    ldp q20, q21, [x0, #320]
    ldp q22, q23, [x0, #352]
    ldp q24, q25, [x0, #384]
    ldp q26, q27, [x0, #416]
    ldp q28, q29, [x0, #448]
    ldp q30, q31, [x0, #480]
    ldp x1, x2, [sp, #REGS + REGS_PC]
    msr elr_el1, x1
    msr spsr_el1, x2
    ldp x0, x1, [sp, #REGS + 0]
    ldp x2, x3, [sp, #REGS + 16]
    ldp x4, x5, [sp, #REGS + 32]
    ldp x6, x7, [sp, #REGS + 48]
    ldp x8, x9, [sp, #REGS + 64]
    ldp x10, x11, [sp, #REGS + 80]
    ldp x12, x13, [sp, #REGS + 96]
    ldp x14, x15, [sp, #REGS + 112]
    ldp x16, x17, [sp, #REGS + 128]
    ldp x18, x19, [sp, #REGS + 144]
    ldp x20, x21, [sp, #REGS + 160]
    ldp x22, x23, [sp, #REGS + 176]
    ldp x24, x25, [sp, #REGS + 192]
    ldp x26, x27, [sp, #REGS + 208]
    ldp x28, x29, [sp, #REGS + 224]
    ldr x30, [sp, #REGS + 240]
    add sp, sp, #FRAME_SIZE
    eret
    .cfi_endproc
    .size irq_entry, . - irq_entry

    .section .note.GNU-stack, "", %progbits
