/* The 32 exception entries: each makes the same frame (struct __regs) and calls ukplat_trap. */

/* Offsets from the frame's end, which is the unwinder's canonical frame address. */
    .macro saved_by_processor
    .cfi_signal_frame
    .cfi_offset rip, -40
    .cfi_offset rsp, -16
    .endm

    .text
    .type trap_common, @function
trap_common:
    .cfi_startproc
    saved_by_processor
    .cfi_def_cfa rsp, 56
    .macro save register
    pushq %\register
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset \register, 0
    .endm
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
    cld
    movq %rsp, %rdi
    call ukplat_trap
    /* ukplat_trap does not return. */
1:  hlt
    jmp 1b
    .cfi_endproc
    .size trap_common, . - trap_common

/* The processor pushes an error code for some vectors (SDM 3A, table 6-1); a zero stands in for the others. */
    .macro trap vector, has_error_code=0
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
    jmp trap_common
    .cfi_endproc
    .endm

/* 16 bytes apart: ukplat_traps_init computes their addresses. */
    .align 16
    .globl trap_entries
    .type trap_entries, @function
trap_entries:
    trap 0
    trap 1
    trap 2
    trap 3
    trap 4
    trap 5
    trap 6
    trap 7
    trap 8, 1
    trap 9
    trap 10, 1
    trap 11, 1
    trap 12, 1
    trap 13, 1
    trap 14, 1
    trap 15
    trap 16
    trap 17, 1
    trap 18
    trap 19
    trap 20
    trap 21, 1
    trap 22
    trap 23
    trap 24
    trap 25
    trap 26
    trap 27
    trap 28
    trap 29, 1
    trap 30, 1
    trap 31
    .size trap_entries, . - trap_entries

    .section .note.GNU-stack, "", @progbits
