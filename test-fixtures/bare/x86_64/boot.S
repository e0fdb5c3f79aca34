/* From a boot loader's 32-bit protected mode to C in 64-bit mode, for both processors. */
#if defined(MULTIBOOT)
    .section .head, "a"
    .balign 4
    .long 0x1badb002, 0, -0x1badb002
#elif !defined(LINUX)
    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 8, 18
    .asciz "Xen"
    .quad _start
#endif

    .text
    .code32
    .globl _start
_start:
    cli
    mov $first_stack, %esp
    call enter_long_mode
    ljmp $8, $first
enter_long_mode:
    mov %cr4, %eax
    or $0x620, %eax
    mov %eax, %cr4
    mov $pml4, %eax
    mov %eax, %cr3
    mov $0xc0000080, %ecx
    rdmsr
    or $0x100, %eax
    wrmsr
    mov %cr0, %eax
    or $0x80000001, %eax
    mov %eax, %cr0
    lgdt gdt_pointer
    ret

    .code64
first:
    mov $16, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov $first_stack, %rsp
    xor %ebp, %ebp
    call main
1:  hlt
    jmp 1b

second:
    mov $16, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov $second_stack, %rsp
    xor %ebp, %ebp
    call second_main

    .code32
second_32:
    mov $16, %eax
    mov %eax, %ds
    mov %eax, %ss
    mov $second_stack, %esp
    call enter_long_mode
    ljmp $8, $second

/* Copied to 0x8000, where the second processor begins in real mode. */
    .code16
    .globl trampoline, trampoline_end
trampoline:
    cli
    xor %ax, %ax
    mov %ax, %ds
    lgdtl 0x8000 + low_gdt_pointer - trampoline
    mov %cr0, %eax
    or $1, %eax
    mov %eax, %cr0
    ljmpl $24, $second_32
    .balign 4
low_gdt_pointer:
    .word 31
    .long gdt
trampoline_end:

    .data
    .balign 4096
pml4:
    .quad pdpt + 3
    .fill 511, 8, 0
pdpt:
    .quad 0x83, 0x40000083, 0x80000083, 0xc0000083
    .fill 508, 8, 0
    .balign 8
gdt:
    .quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0x00cf9b000000ffff
gdt_pointer:
    .word 31
    .long gdt

    .bss
    .balign 16
    .skip 16384
first_stack:
    .skip 16384
second_stack:
    .section .note.GNU-stack, "", @progbits
