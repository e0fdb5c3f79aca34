/* What the kernel itself has to show. */
#include <uk/alloc.h>
#include <uk/init.h>
#include <uk/metrics.h>
#include <uk/plat/time.h>
#include <uk/sched.h>

#define NSEC_PER_MSEC 1000000

static int64_t heap_total(void) {
    struct uk_alloc_stats stats;
    uk_alloc_get_stats(&stats);
    return stats.total;
}

static int64_t heap_used(void) {
    struct uk_alloc_stats stats;
    uk_alloc_get_stats(&stats);
    return stats.used;
}

static int64_t heap_peak(void) {
    struct uk_alloc_stats stats;
    uk_alloc_get_stats(&stats);
    return stats.peak;
}

static int64_t uptime(void) {
    return ukplat_monotonic_clock() / NSEC_PER_MSEC;
}

static int64_t threads(void) {
    int64_t count = 0;
    for (const struct uk_thread *thread = uk_sched_threads; thread; thread = thread->next_of_all)
        count++;
    return count;
}

static struct uk_metric metrics[] = {
    {.kind = UK_METRIC_GAUGE,
     .name = "unikernel_heap_bytes",
     .help = "Bytes of the heap.",
     .read = heap_total},
    {.kind = UK_METRIC_GAUGE,
     .name = "unikernel_heap_used_bytes",
     .help = "Bytes of the heap that are allocated.",
     .read = heap_used},
    {.kind = UK_METRIC_GAUGE,
     .name = "unikernel_heap_peak_bytes",
     .help = "Bytes of the heap that were allocated at most.",
     .read = heap_peak},
    {.kind = UK_METRIC_GAUGE,
     .name = "unikernel_threads",
     .help = "Threads that there are.",
     .read = threads},
    {.kind = UK_METRIC_COUNTER,
     .name = "unikernel_uptime_seconds_total",
     .help = "Time since boot.",
     .decimals = 3,
     .read = uptime},
};

static void register_all(void) {
    for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
        uk_metric_register(&metrics[i]);
}
UK_INIT(UK_INIT_SYS, register_all);
