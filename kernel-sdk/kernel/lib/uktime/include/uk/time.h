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
