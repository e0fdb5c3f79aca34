/* Ends the machine, and tells the host how it went. */
#include <uk/arch/lcpu.h>
#include <uk/plat/bootstrap.h>

/* QEMU's isa-debug-exit: a write of N ends QEMU with status (N << 1) | 1. */
#define DEBUG_EXIT_PORT 0xf4
/* QEMU's pvpanic (docs/specs/pvpanic.rst): the host hears of a crashed guest. */
#define PVPANIC_PORT     0x505
#define PVPANIC_PANICKED 0x01

int ukplat_exit_code;

/* Without a descriptor table an exception cannot be delivered: the processor shuts down, which
 * resets. */
static void triple_fault(void) {
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) none = {0, 0};
    __asm__ volatile("lidt %0; int3" : : "m"(none));
}

void ukplat_terminate(enum ukplat_gstate request) {
    if (request == UKPLAT_HALT)
        outl(DEBUG_EXIT_PORT, ukplat_exit_code);
    else if (request == UKPLAT_CRASH)
        outb(PVPANIC_PORT, PVPANIC_PANICKED);
    /* Nobody took it: the machine lacks the device. */
    if (request != UKPLAT_CRASH)
        triple_fault();
    ukarch_halt();
}
