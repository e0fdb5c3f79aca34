/* The real-mode half of a Linux image, by Linux' boot protocol 2.06: it enters protected mode and the kernel behind it. */
    .code16
    .section .text
    .globl _start
_start:
    .org 0x1f1
    .byte 1         /* setup_sects: the one that follows the boot sector */
    .word 0
    .long 0         /* syssize */
    .word 0, 0, 0
    .word 0xaa55
    jmp setup
    .ascii "HdrS"
    .word 0x0206    /* version */
    .long 0
    .word 0, 0
    .byte 0
    .byte 1         /* loadflags: LOADED_HIGH, at 1 MiB */
    .word 0
    .long 0x100000  /* code32_start */
    .long 0, 0      /* ramdisk */
    .long 0
    .word 0, 0
    .long 0         /* cmd_line_ptr */
    .long 0x7fffffff
    .long 0x1000
    .byte 0, 0
    .word 0
    .long 0x7ff     /* cmdline_size */
setup:
    cli
    xor %eax, %eax
    mov %cs, %ax
    sub $0x20, %ax
    mov %ax, %ds
    shl $4, %eax
    add %eax, gdt_base
    lgdtl gdt_pointer
    mov %cr0, %eax
    or $1, %eax
    mov %eax, %cr0
    mov $16, %eax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    ljmpl $8, $0x100000
    .balign 8
gdt:
    .quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdt_pointer:
    .word 23
gdt_base:
    .long gdt
