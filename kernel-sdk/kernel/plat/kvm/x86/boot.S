/* From PVH's 32-bit entry to 64-bit C: page tables, long mode, a stack, kmain. */

/* For debuggers, not for the image. */
    .cfi_sections .debug_frame

/* Control registers and EFER (Intel SDM 3A, 2.5 and 2.2.1). */
#define CR0_MP         (1 << 1)
#define CR0_EM         (1 << 2)
#define CR0_WP         (1 << 16)
#define CR0_PG         (1 << 31)
#define CR4_PAE        (1 << 5)
#define CR4_OSFXSR     (1 << 9)
#define CR4_OSXMMEXCPT (1 << 10)
#define MSR_EFER       0xc0000080
#define EFER_LME       (1 << 8)
#define EFER_NXE       (1 << 11)

#define PAGE_PRESENT_WRITE 0x03
#define PAGE_LARGE         0x80

#define CODE_SELECTOR 0x08
#define DATA_SELECTOR 0x10

#define STACK_SIZE 65536

/* The note that makes QEMU boot an ELF64 file here (Xen's public/elfnote.h, PHYS32_ENTRY). */
    .section .note.pvh, "a", @note
    .align 4
    .long 4, 8, 18
    .asciz "Xen"
    .quad _start

    .section .text.boot, "ax"
    .code32
    .globl _start
    .type _start, @function
_start:
    .cfi_startproc
    /* The outermost frame: nobody called us. RIP goes by its DWARF number, unknown as a name in 32-bit code. */
    .cfi_undefined 16
    cld
    /* EBX holds the address of PVH's start info; nothing below touches it. */
    movl $boot_stack_top, %esp

    /* Identity-map the first 4 GiB with 2 MiB pages: four page directories, one entry after another. */
    movl $boot_directories, %edi
    movl $(PAGE_LARGE | PAGE_PRESENT_WRITE), %eax
1:  movl %eax, (%edi)
    addl $8, %edi
    addl $0x200000, %eax
    jnc 1b

    movl $(boot_directories + PAGE_PRESENT_WRITE), %eax
    movl $boot_pdpt, %edi
    movl $4, %ecx
2:  movl %eax, (%edi)
    addl $4096, %eax
    addl $8, %edi
    loop 2b
    movl $(boot_pdpt + PAGE_PRESENT_WRITE), boot_pml4

    /* Long mode: PAE, the page tables, EFER.LME, and paging on (Intel SDM 3A, 9.8.5). SSE for compiled code. */
    movl $(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
    movl %eax, %cr4
    movl $boot_pml4, %eax
    movl %eax, %cr3
    movl $MSR_EFER, %ecx
    rdmsr
    orl $(EFER_LME | EFER_NXE), %eax
    wrmsr
    movl %cr0, %eax
    andl $~CR0_EM, %eax
    orl $(CR0_PG | CR0_WP | CR0_MP), %eax
    movl %eax, %cr0

    lgdt boot_gdt_pointer
    ljmp $CODE_SELECTOR, $long_mode
    .cfi_endproc
    .size _start, . - _start

    .code64
    .type long_mode, @function
long_mode:
    .cfi_startproc
    .cfi_undefined rip
    movl $DATA_SELECTOR, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %fs
    movl %eax, %gs
    /* A frame pointer of zero ends every backtrace. */
    xorl %ebp, %ebp
    movl %ebx, %edi
    call kmain
    /* kmain does not return. */
3:  cli
    hlt
    jmp 3b
    .cfi_endproc
    .size long_mode, . - long_mode

    .section .data.boot_gdt, "aw"
    .align 16
    .globl boot_gdt
boot_gdt:
    .quad 0
    .quad 0x00af9b000000ffff /* 0x08: 64-bit code */
    .quad 0x00cf93000000ffff /* 0x10: data */
    .quad 0, 0               /* 0x18: the task-state segment, by ukplat_traps_init */
boot_gdt_pointer:
    .word . - boot_gdt - 1
    .long boot_gdt

    .section .bss.boot, "aw", @nobits
    .align 4096
boot_pml4:
    .skip 4096
boot_pdpt:
    .skip 4096
boot_directories:
    .skip 4 * 4096
    .globl boot_stack_guard
boot_stack_guard: /* not mapped once the kernel has its own page tables */
    .skip 4096
    .globl boot_stack
boot_stack:
    .skip STACK_SIZE
    .globl boot_stack_top
boot_stack_top:

    .section .note.GNU-stack, "", @progbits
