/* Calls that leave the kernel for good. */
    .text
    .globl semihosting_call
    .type semihosting_call, %function
semihosting_call:
    .cfi_startproc
    .globl semihosting_instruction
semihosting_instruction:
    hlt #0xf000
    ret
    .cfi_endproc
    .size semihosting_call, . - semihosting_call

    .globl psci_call_hvc
    .type psci_call_hvc, %function
psci_call_hvc:
    .cfi_startproc
    hvc #0
    ret
    .cfi_endproc
    .size psci_call_hvc, . - psci_call_hvc

    .globl psci_call_smc
    .type psci_call_smc, %function
psci_call_smc:
    .cfi_startproc
    smc #0
    ret
    .cfi_endproc
    .size psci_call_smc, . - psci_call_smc

    .section .note.GNU-stack, "", %progbits
