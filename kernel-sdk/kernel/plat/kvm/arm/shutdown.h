#ifndef KVM_ARM_SHUTDOWN_H
#define KVM_ARM_SHUTDOWN_H

/* shutdown.S: a call of the host's semihosting, and its one instruction. */
long semihosting_call(long operation, const void *parameters);
extern const char semihosting_instruction[];

/* shutdown.S: a call of the firmware (PSCI) without arguments. */
void psci_call_hvc(unsigned function);
void psci_call_smc(unsigned function);

/* Ends the machine without an exit code, which only semihosting could have taken. */
__attribute__((noreturn)) void shutdown_without_code(void);

#endif
