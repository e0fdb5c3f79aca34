/* The platform's clocks and its one timer. */
#ifndef UK_PLAT_TIME_H
#define UK_PLAT_TIME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Nanoseconds. */
typedef int64_t __nsec;

/* Finds out how fast the clock ticks; `on_timer` is called, in an interrupt, when the timer fires.
 */
void ukplat_time_init(void (*on_timer)(void));

/* Nanoseconds since boot; never goes back. */
__nsec ukplat_monotonic_clock(void);

/* Nanoseconds since 1970-01-01T00:00:00Z, by the machine's real-time clock at boot. */
__nsec ukplat_wall_clock(void);

/* Fires once at that time of the monotonic clock, at once if it has passed. Replaces the last one.
 */
void ukplat_timer_arm(__nsec deadline);

#ifdef __cplusplus
}
#endif

#endif
