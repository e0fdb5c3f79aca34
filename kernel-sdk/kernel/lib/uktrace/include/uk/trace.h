/* Events in a ring in memory, which the host reads by symbol: cheap enough to stay in. */
#ifndef UK_TRACE_H
#define UK_TRACE_H

#include <stdint.h>
#include <uk/config.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_trace_event {
    /* Nanoseconds since boot. */
    int64_t time;
    /* A constant string. */
    const char *name;
    /* The thread that ran; 0 before there are threads. */
    uint64_t thread;
    uint64_t arguments[2];
};

#ifdef CONFIG_LIBUKTRACE
/* The ring, and how many events were written to it since boot: the next one goes to that modulo its
 * size. */
extern struct uk_trace_event uk_trace_ring[CONFIG_LIBUKTRACE_EVENTS];
extern uint64_t uk_trace_count;

void uk_trace(const char *name, uint64_t first, uint64_t second);
#else
static inline void uk_trace(const char *name, uint64_t first, uint64_t second) {
    (void)name, (void)first, (void)second;
}
#endif

#ifdef __cplusplus
}
#endif

#endif
