/* Calls that last until a debugger lets them end. */
#include <uk/sched.h>

#include "kernel.h"

static volatile int released, total;

static __attribute__((noinline)) int spin_until(int number) {
    while (released < number) /* mark: waits in a loop */
        ;
    return number;
}

static __attribute__((noinline)) int recurse(int depth) {
    if (depth == 0)
        return spin_until(1);
    int below = recurse(depth - 1); /* mark: recurses */
    total += below;                 /* mark: behind recursion */
    return below + depth;
}

static __attribute__((noinline)) void sleep_until(int number) {
    while (released < number)
        uk_sched_sleep(UK_NSEC_PER_MSEC);
}

static inline __attribute__((always_inline)) void sleep_inlined(int number) {
    sleep_until(number); /* mark: inlined */
    total += number;
}

void lasts(void) {
    int sum = recurse(3); /* mark: spins in a call */
    sleep_until(2);       /* mark: sleeps in a call */
    while (released < 3)  /* mark: turns in the line */
        ;
    total += sum; /* mark: behind all */
    sleep_inlined(4);
    total = 0; /* mark: behind inlined */
    /* Where this is not its only number, an optimized recurse jumps to it. */
    total += spin_until(5);
}
