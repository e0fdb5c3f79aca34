/* From QEMU's jump to a Linux image to C, for both processors. */
    .section .head, "ax"
    .globl _start
_start:
    b first
    .long 0
    .quad 0x80000
    .quad image_size
    .quad 0xa
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .long 0

    .text
first:
    ldr x0, =first_stack
    mov sp, x0
    mov x29, xzr
    bl main
1:  wfi
    b 1b
    .globl second
second:
    ldr x0, =second_stack
    mov sp, x0
    mov x29, xzr
    bl second_main

    .bss
    .balign 16
    .skip 16384
first_stack:
    .skip 16384
second_stack:
    .section .note.GNU-stack, "", %progbits
