/* For traps.S and irq.S: the frame (struct __regs, uk/arch/regs.h) that every trap makes. */

/* For debuggers, not for the image. */
    .cfi_sections .debug_frame

/* Offsets from the frame's end, which is the unwinder's canonical frame address. */
    .macro saved_by_processor
    .cfi_signal_frame
    .cfi_offset rip, -40
    .cfi_offset rsp, -16
    .endm

    .macro save register
    pushq %\register
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset \register, 0
    .endm

    .macro save_all
    save rdi
    save rsi
    save rdx
    save rcx
    save rax
    save r8
    save r9
    save r10
    save r11
    save rbx
    save rbp
    save r12
    save r13
    save r14
    save r15
    .endm

/* The processor pushes an error code for some vectors (SDM 3A, table 6-1); a zero stands in for the others. */
    .macro trap vector, has_error_code=0, common=trap_common
    .align 16
    .cfi_startproc
    saved_by_processor
    .if \has_error_code
    .cfi_def_cfa rsp, 48
    .else
    .cfi_def_cfa rsp, 40
    pushq $0
    .cfi_adjust_cfa_offset 8
    .endif
    pushq $\vector
    .cfi_adjust_cfa_offset 8
    jmp \common
    .cfi_endproc
    .endm
