/* The clock is the generic timer's counter; its virtual timer is the timer (DDI 0487, D11). */
#include <stddef.h>
#include <uk/arch/lcpu.h>
#include <uk/assert.h>
#include <uk/plat/irq.h>
#include <uk/plat/time.h>

#include "machine.h"

#define NSEC_PER_SEC 1000000000L
#define TIMER_ENABLE 1
#define TIMER_OFF    0
/* Seconds since 1970 (Arm PrimeCell real-time clock PL031, DDI 0224, 3.3.1). */
#define RTC_DATA 0x00

static uint64_t boot_cycles, cycles_per_second;
static __nsec boot_time;
/* Nanoseconds for a cycle, times 2^32. */
static uint64_t nsec_per_cycle;
static void (*callback)(void);

/* The line is held until the timer is off or its time is ahead again. */
static void timer_fired(void *unused) {
    (void)unused;
    write_sysreg(cntv_ctl_el0, TIMER_OFF);
    callback();
}

void ukplat_time_init(void (*on_timer)(void)) {
    UK_ASSERT(machine.timer_interrupt != 0);
    cycles_per_second = read_sysreg(cntfrq_el0);
    UK_ASSERT(cycles_per_second != 0);
    nsec_per_cycle = ((uint64_t)NSEC_PER_SEC << 32) / cycles_per_second;
    boot_cycles = ukarch_cycles();
    if (machine.rtc != 0)
        boot_time = mmio_read32(machine.rtc + RTC_DATA) * NSEC_PER_SEC;
    callback = on_timer;
    ukplat_irq_register(machine.timer_interrupt, timer_fired, NULL);
}

__nsec ukplat_monotonic_clock(void) {
    return (unsigned __int128)(ukarch_cycles() - boot_cycles) * nsec_per_cycle >> 32;
}

__nsec ukplat_wall_clock(void) {
    return boot_time + ukplat_monotonic_clock();
}

void ukplat_timer_arm(__nsec deadline) {
    __nsec left = deadline - ukplat_monotonic_clock();
    uint64_t cycles = 0;
    /* Seconds apart from the rest, so that the product has room; one cycle more, not to be early.
     */
    if (left > 0)
        cycles = left / NSEC_PER_SEC * cycles_per_second +
                 left % NSEC_PER_SEC * cycles_per_second / NSEC_PER_SEC + 1;
    write_sysreg(cntv_cval_el0, ukarch_cycles() + cycles);
    write_sysreg(cntv_ctl_el0, TIMER_ENABLE);
    isb();
}
