/* The 32 exception entries, which end in ukplat_trap. */
#include "trap_frame.S"

    .text
    .type trap_common, @function
trap_common:
    .cfi_startproc
    saved_by_processor
    .cfi_def_cfa rsp, 56
    save_all
    cld
    movq %rsp, %rdi
    call ukplat_trap
    /* ukplat_trap does not return. */
1:  hlt
    jmp 1b
    .cfi_endproc
    .size trap_common, . - trap_common

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
