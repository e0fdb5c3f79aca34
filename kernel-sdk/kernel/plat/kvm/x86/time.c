/* The clock is the time-stamp counter; the timer is the local APIC's. */
#include <uk/arch/lcpu.h>
#include <uk/plat/time.h>

#include "apic.h"
#include "irq.h"
#include "rtc.h"

#define NSEC_PER_SEC 1000000000UL
/* How long the time-stamp counter is held against the timer, in the timer's ticks: 0.2 ms. */
#define CALIBRATION_TICKS (APIC_TIMER_HZ / 5000)

static uint64_t boot_cycles;
static __nsec boot_time;
/* Nanoseconds for a cycle, times 2^32. */
static uint64_t nsec_per_cycle;
static int timer_vector;

/* A hypervisor may tell its counter's rate in kHz (CPUID 0x40000010); otherwise it is measured. */
static uint64_t cycles_per_second(void) {
    uint32_t highest, khz, b, c, d;
    cpuid(0x40000000, &highest, &b, &c, &d);
    if (highest >= 0x40000010 && highest < 0x40010000) {
        cpuid(0x40000010, &khz, &b, &c, &d);
        if (khz != 0)
            return khz * 1000UL;
    }
    apic_timer_start(UINT32_MAX, timer_vector);
    uint32_t before = apic_timer_left();
    uint64_t start = ukarch_cycles();
    uint32_t ticks;
    do
        ticks = before - apic_timer_left();
    while (ticks < CALIBRATION_TICKS);
    return (ukarch_cycles() - start) * APIC_TIMER_HZ / ticks;
}

static void timer_fired(void *callback) {
    ((void (*)(void))callback)();
}

void ukplat_time_init(void (*on_timer)(void)) {
    timer_vector = irq_vector_take(timer_fired, on_timer);
    nsec_per_cycle = (NSEC_PER_SEC << 32) / cycles_per_second();
    boot_cycles = ukarch_cycles();
    boot_time = rtc_read() * NSEC_PER_SEC;
}

__nsec ukplat_monotonic_clock(void) {
    return (unsigned __int128)(ukarch_cycles() - boot_cycles) * nsec_per_cycle >> 32;
}

__nsec ukplat_wall_clock(void) {
    return boot_time + ukplat_monotonic_clock();
}

void ukplat_timer_arm(__nsec deadline) {
    __nsec left = deadline - ukplat_monotonic_clock();
    /* A zero would stop the timer. A far deadline is met in several steps. */
    uint32_t ticks = left < 1 ? 1 : left > UINT32_MAX ? UINT32_MAX : left;
    apic_timer_start(ticks, timer_vector);
}
