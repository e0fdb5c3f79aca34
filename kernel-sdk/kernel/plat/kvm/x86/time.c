/* The clock is the time-stamp counter; the timer is the local APIC's. */
#include <uk/arch/lcpu.h>
#include <uk/plat/time.h>

#include "apic.h"
#include "irq.h"
#include "rtc.h"

#define NSEC_PER_SEC 1000000000UL
/* How long the time-stamp counter is held against the timer, in the timer's ticks: 0.5 ms. */
#define CALIBRATION_TICKS (APIC_TIMER_HZ / 2000)
/* Of so many readings of both counters, the one that took the shortest time counts. */
#define READINGS 5

static uint64_t boot_cycles;
static __nsec boot_time;
/* Nanoseconds for a cycle, times 2^32. */
static uint64_t nsec_per_cycle;
static int timer_vector;

/* Both counters, read so that the host is unlikely to have run something else in between. */
struct reading {
    uint64_t cycles;
    uint32_t ticks_left;
};

static struct reading read_counters(void) {
    struct reading best = {0, 0};
    uint64_t narrowest = UINT64_MAX;
    for (int i = 0; i < READINGS; i++) {
        uint64_t before = ukarch_cycles();
        uint32_t left = apic_timer_left();
        uint64_t took = ukarch_cycles() - before;
        if (took < narrowest) {
            narrowest = took;
            best = (struct reading){before + took / 2, left};
        }
    }
    return best;
}

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
    struct reading start = read_counters(), end;
    do
        end = read_counters();
    while (start.ticks_left - end.ticks_left < CALIBRATION_TICKS);
    return (end.cycles - start.cycles) * APIC_TIMER_HZ / (start.ticks_left - end.ticks_left);
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
