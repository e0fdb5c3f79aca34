/* Switching between threads (System V ABI, AMD64, figure 3.4: registers that a callee preserves). */
    /* For debuggers, not for the image. */
    .cfi_sections .debug_frame

    .text
    .globl ukarch_ctx_switch
    .type ukarch_ctx_switch, @function
ukarch_ctx_switch:
    .cfi_startproc
    pushq %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp, 0
    pushq %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbx, 0
    pushq %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r12, 0
    pushq %r13
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r13, 0
    pushq %r14
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r14, 0
    pushq %r15
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r15, 0
    movq %rsp, (%rdi)
/* How far into the function a debugger finds a thread that does not run: all of it is on the stack here. */
    .globl ukarch_ctx_saved
    .set ukarch_ctx_saved, . - ukarch_ctx_switch
    movq (%rsi), %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    .cfi_def_cfa rsp, 8
    ret
    .cfi_endproc
    .size ukarch_ctx_switch, . - ukarch_ctx_switch

/* Where a new thread's first switch returns to: ukarch_ctx_init left the entry in RBX, its argument in R12. */
    .globl ukarch_ctx_start
    .type ukarch_ctx_start, @function
ukarch_ctx_start:
    .cfi_startproc
    .cfi_undefined rip
    xorl %ebp, %ebp
    movq %r12, %rdi
    call *%rbx
    ud2
    .cfi_endproc
    .size ukarch_ctx_start, . - ukarch_ctx_start

    .section .note.GNU-stack, "", @progbits
