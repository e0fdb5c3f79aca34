/**
 * Timers for TypeScript (the AssemblyScript dialect). A timer is the address of a `struct uk_timer`; times are nanoseconds
 * on the monotonic clock.
 */

/** Starts a timer, or moves one that runs. `deadline` is on the monotonic clock. */
// @ts-ignore: decorator
@external("uktime", "uk_timer_start")
export declare function uk_timer_start(timer: usize, deadline: i64): void;

/** Its function is not called any more; does nothing to a timer that does not run. */
// @ts-ignore: decorator
@external("uktime", "uk_timer_stop")
export declare function uk_timer_stop(timer: usize): void;
