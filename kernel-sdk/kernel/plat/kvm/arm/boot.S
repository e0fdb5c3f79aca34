/* From the Linux boot protocol's entry to C: exception level 1, boot page tables, a stack, kmain. */

/* Descriptors of the boot tables (uk/arch/paging.h has the kernel's). */
#define DESCRIPTOR_TABLE  0x3
#define DESCRIPTOR_MEMORY 0x701            /* block, accessed, inner shareable, MAIR_EL1's index 0 */
#define DESCRIPTOR_DEVICE 0x60000000000405 /* block, accessed, MAIR_EL1's index 1, never executed */
#define GIB               0x40000000

/* Index 0: normal memory, write-back; index 1: Device-nGnRnE (DDI 0487, D19.2.97). */
#define MAIR_VALUE 0x00ff
/* 48 bits of address by TTBR0_EL1 alone, 4 KiB pages, walks cached and inner shareable (D19.2.141). */
#define TCR_VALUE     ((1 << 23) | (3 << 12) | (1 << 10) | (1 << 8) | 16)
#define TCR_IPS_SHIFT 32
#define PARANGE_MAX   5 /* 48 bits */
/* The bits that are 1 whatever they will mean; then I, SA, C, M (D19.2.120). */
#define SCTLR_OFF   0x30d00800
#define SCTLR_ON    (SCTLR_OFF | (1 << 12) | (1 << 3) | (1 << 2) | (1 << 0))
#define CPACR_FPEN  (3 << 20)
#define HCR_RW      (1 << 31)
#define CPTR_EL2_NO_TRAPS 0x33ff
#define CURRENT_EL2 (2 << 2)
/* Interrupts off; EL1 with SP_EL0, on which everything but exceptions runs (traps.S). */
#define SPSR_EL1T 0x3c4

#define STACK_SIZE 65536

/*
 * The header of an arm64 Linux image (Linux, Documentation/arm64/booting.rst). QEMU hands only such a file its device
 * tree's address in X0, the initial RAM disk and the command line.
 */
    .section .text.boot, "ax"
    .globl _start
    .type _start, %function
_start:
    .cfi_startproc
    /* The outermost frame: nobody called us. */
    .cfi_undefined x30
    b enter
    .word 0
    .quad __uk_text_offset /* from the start of memory, where link64.lds wants the image to be */
    .quad __uk_image_size
    .quad 0x2 /* little-endian, 4 KiB pages */
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .word 0

enter:
    /* X0 holds the device tree's address; nothing below touches it. */
    msr daifset, #15
    mrs x1, CurrentEL
    cmp x1, #CURRENT_EL2
    b.ne 1f

    /* A machine with virtualization starts at EL2: leave it, with the counters and FP open to EL1. */
    mov x1, #HCR_RW
    msr hcr_el2, x1
    mrs x1, cnthctl_el2
    orr x1, x1, #3
    msr cnthctl_el2, x1
    msr cntvoff_el2, xzr
    mov x1, #CPTR_EL2_NO_TRAPS
    msr cptr_el2, x1
    msr hstr_el2, xzr
    mrs x1, midr_el1
    msr vpidr_el2, x1
    mrs x1, mpidr_el1
    msr vmpidr_el2, x1
    ldr x1, =SCTLR_OFF
    msr sctlr_el1, x1
    mov x1, #SPSR_EL1T
    msr spsr_el2, x1
    adr x1, 1f
    msr elr_el2, x1
    eret

1:  msr spsel, #0
    /* Floating point for compiled code. */
    mov x1, #CPACR_FPEN
    msr cpacr_el1, x1

    /* Memory mapped onto itself: before that, all of it is device memory, which takes no unaligned access. */
    ldr x1, =MAIR_VALUE
    msr mair_el1, x1
    mrs x1, id_aa64mmfr0_el1
    and x1, x1, #0xf
    mov x2, #PARANGE_MAX
    cmp x1, x2
    csel x1, x1, x2, lo
    ldr x2, =TCR_VALUE
    orr x1, x2, x1, lsl #TCR_IPS_SHIFT
    msr tcr_el1, x1
    ldr x1, =boot_table
    msr ttbr0_el1, x1
    dsb sy
    isb
    tlbi vmalle1
    dsb nsh
    isb
    ldr x1, =SCTLR_ON
    msr sctlr_el1, x1
    isb

    /* After a restart without a reload, .bss holds what the last run left. */
    ldr x1, =__uk_bss_start
    ldr x2, =__uk_bss_end
2:  cmp x1, x2
    b.hs 3f
    stp xzr, xzr, [x1], #16
    b 2b

3:  ldr x1, =boot_stack_top
    mov sp, x1
    /* A frame pointer of zero ends every backtrace. */
    mov x29, xzr
    mov x30, xzr
    bl kmain
    /* kmain does not return. */
4:  wfi
    b 4b
    .cfi_endproc
    .size _start, . - _start
    .ltorg

/* QEMU's virt machine: devices below 1 GiB, memory above, PCI's configuration space from 256 GiB on. */
    .section .data.boot_tables, "aw"
    .align 12
boot_table:
    .quad boot_blocks + DESCRIPTOR_TABLE
    .skip 4096 - 8
boot_blocks:
    .quad DESCRIPTOR_DEVICE
    .quad 1 * GIB + DESCRIPTOR_MEMORY
    .quad 2 * GIB + DESCRIPTOR_MEMORY
    .quad 3 * GIB + DESCRIPTOR_MEMORY
    .skip (256 - 4) * 8
    .quad 256 * GIB + DESCRIPTOR_DEVICE
    .skip 4096 - 257 * 8

    .section .bss.boot, "aw", %nobits
    .align 12
    .globl boot_stack_guard
boot_stack_guard: /* not mapped once the kernel has its own page tables */
    .skip 4096
    .globl boot_stack
boot_stack:
    .skip STACK_SIZE
    .globl boot_stack_top
boot_stack_top:

    .section .note.GNU-stack, "", %progbits
