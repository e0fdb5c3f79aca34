/*
 * Ends the machine, and tells the host how it went (kernel-sdk/src/machine/start.ts hears it): an
 * exit code by semihosting, a panic by pvpanic-pci, a restart by PSCI.
 */
#include "shutdown.h"

#include <uk/arch/lcpu.h>
#include <uk/plat/bootstrap.h>

#include "machine.h"
#include "pvpanic.h"

/* Arm semihosting specification, 6.6: QEMU ends with the code as its own status. */
#define SYS_EXIT_EXTENDED            0x20
#define ADP_STOPPED_APPLICATION_EXIT 0x20026

/* Arm PSCI, DEN 0022, 5.1. */
#define PSCI_SYSTEM_OFF   0x84000008
#define PSCI_SYSTEM_RESET 0x84000009

int ukplat_exit_code;

static void psci_call(unsigned function) {
    if (machine.psci_smc)
        psci_call_smc(function);
    else
        psci_call_hvc(function);
}

/*
 * Also where the trap ends that the semihosting call is on a host without it: nothing but trying
 * tells whether there is one.
 */
void shutdown_without_code(void) {
    psci_call(PSCI_SYSTEM_OFF);
    ukarch_halt();
}

void ukplat_terminate(enum ukplat_gstate request) {
    uint64_t exit[] = {ADP_STOPPED_APPLICATION_EXIT, ukplat_exit_code};
    switch (request) {
    case UKPLAT_HALT:
        semihosting_call(SYS_EXIT_EXTENDED, exit);
        shutdown_without_code();
    case UKPLAT_RESTART:
        psci_call(PSCI_SYSTEM_RESET);
        break;
    case UKPLAT_CRASH:
        pvpanic_report();
        break;
    }
    ukarch_halt();
}
