/* Time, and one-shot timers. */
#ifndef UK_TIME_H
#define UK_TIME_H

#include <stdbool.h>
#include <uk/plat/time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UK_NSEC_PER_SEC  1000000000LL
#define UK_NSEC_PER_MSEC 1000000LL
#define UK_NSEC_PER_USEC 1000LL

/* A deadline that never comes. */
#define UK_TIME_NEVER INT64_MAX

/* So many seconds and nanoseconds, neither negative, behind a time; what cannot be told is never.
 */
static inline __nsec uk_time_after(__nsec start, int64_t seconds, int64_t nanoseconds) {
    __nsec time;
    if (__builtin_mul_overflow(seconds, UK_NSEC_PER_SEC, &time) ||
        __builtin_add_overflow(time, nanoseconds, &time) ||
        __builtin_add_overflow(time, start, &time))
        return UK_TIME_NEVER;
    return time;
}

struct uk_timer {
    __nsec deadline;
    /* Called once in an interrupt, when the deadline has passed; may start the timer again. */
    void (*call)(struct uk_timer *timer);
    /* Sorted by deadline; only while it runs. */
    struct uk_timer *next;
    bool running;
};

/* Starts a timer, or moves one that runs. `deadline` is on the monotonic clock. */
void uk_timer_start(struct uk_timer *timer, __nsec deadline);

/* Its function is not called any more; does nothing to a timer that does not run. */
void uk_timer_stop(struct uk_timer *timer);

#ifdef __cplusplus
}
#endif

#endif
