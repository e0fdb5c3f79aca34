/* The ring of events. */
#include <uk/arch/lcpu.h>
#include <uk/plat/time.h>
#include <uk/trace.h>

struct uk_trace_event uk_trace_ring[CONFIG_LIBUKTRACE_EVENTS];
uint64_t uk_trace_count;

/* Weak: a kernel may have no scheduler. */
__attribute__((weak)) uint64_t uk_sched_current_id(void);

void uk_trace(const char *name, uint64_t first, uint64_t second) {
    unsigned long flags = ukarch_irq_save();
    uk_trace_ring[uk_trace_count++ % CONFIG_LIBUKTRACE_EVENTS] = (struct uk_trace_event){
        .time = ukplat_monotonic_clock(),
        .name = name,
        .thread = uk_sched_current_id ? uk_sched_current_id() : 0,
        .arguments = {first, second},
    };
    ukarch_irq_restore(flags);
}
