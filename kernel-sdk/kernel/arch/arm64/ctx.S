/* Switching between threads (AAPCS64, 6.1: registers that a callee preserves). */
#define SAVED_SIZE 160

    .macro saved first, second, offset
    .cfi_rel_offset \first, \offset
    .cfi_rel_offset \second, \offset + 8
    .endm

    .text
    .globl ukarch_ctx_switch
    .type ukarch_ctx_switch, %function
ukarch_ctx_switch:
    .cfi_startproc
    sub sp, sp, #SAVED_SIZE
    .cfi_adjust_cfa_offset SAVED_SIZE
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    saved x19, x20, 0
    saved x21, x22, 16
    saved x23, x24, 32
    saved x25, x26, 48
    saved x27, x28, 64
    saved x29, x30, 80
    mov x2, sp
    str x2, [x0]
/* How far into the function a debugger finds a thread that does not run: all of it is on the stack here. */
    .globl ukarch_ctx_saved
    .set ukarch_ctx_saved, . - ukarch_ctx_switch
    ldr x2, [x1]
    mov sp, x2
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #SAVED_SIZE
    .cfi_def_cfa sp, 0
    .cfi_restore x19
    .cfi_restore x20
    .cfi_restore x21
    .cfi_restore x22
    .cfi_restore x23
    .cfi_restore x24
    .cfi_restore x25
    .cfi_restore x26
    .cfi_restore x27
    .cfi_restore x28
    .cfi_restore x29
    .cfi_restore x30
    ret
    .cfi_endproc
    .size ukarch_ctx_switch, . - ukarch_ctx_switch

/* Where a new thread's first switch returns to: ukarch_ctx_init left the entry in X19, its argument in X20. */
    .globl ukarch_ctx_start
    .type ukarch_ctx_start, %function
ukarch_ctx_start:
    .cfi_startproc
    .cfi_undefined x30
    mov x29, xzr
    mov x0, x20
    blr x19
    brk #1
    .cfi_endproc
    .size ukarch_ctx_start, . - ukarch_ctx_start

    .section .note.GNU-stack, "", %progbits
