/* Clocks that go on, and timers that fire in their order. */
#include <stdio.h>
#include <uk/arch/lcpu.h>
#include <uk/time.h>

#define READS 100000

struct named_timer {
    struct uk_timer timer;
    char name;
};

static char fired[16];
static volatile int fired_count;
static bool early;

static void note(struct uk_timer *timer) {
    early |= ukplat_monotonic_clock() < timer->deadline;
    fired[fired_count] = ((struct named_timer *)timer)->name;
    fired_count++;
}

static void wait_until(__nsec deadline) {
    while (ukplat_monotonic_clock() < deadline)
        ;
}

static void check_clocks(void) {
    __nsec last = ukplat_monotonic_clock(), wall = ukplat_wall_clock();
    bool back = false;
    for (int i = 0; i < READS; i++) {
        __nsec now = ukplat_monotonic_clock();
        back |= now < last;
        last = now;
    }
    printf("the clock goes %s\n", back ? "back" : "on");
    __nsec begin = ukplat_monotonic_clock();
    wall = ukplat_wall_clock() - wall;
    wait_until(begin + 20 * UK_NSEC_PER_MSEC);
    printf("today is second %lu\n", (unsigned long)(ukplat_wall_clock() / UK_NSEC_PER_SEC));
    printf("since boot %lu ms\n", (unsigned long)(ukplat_monotonic_clock() / UK_NSEC_PER_MSEC));
}

static void check_timers(void) {
    static struct named_timer a = {{.call = note}, 'a'}, b = {{.call = note}, 'b'},
                              c = {{.call = note}, 'c'}, d = {{.call = note}, 'd'},
                              e = {{.call = note}, 'e'};
    __nsec now = ukplat_monotonic_clock();
    uk_timer_start(&c.timer, now + 9 * UK_NSEC_PER_MSEC);
    uk_timer_start(&a.timer, now + 3 * UK_NSEC_PER_MSEC);
    uk_timer_start(&b.timer, now + 6 * UK_NSEC_PER_MSEC);
    /* Moved to the end, stopped, and over before it starts. */
    uk_timer_start(&a.timer, now + 12 * UK_NSEC_PER_MSEC);
    uk_timer_start(&d.timer, now + 4 * UK_NSEC_PER_MSEC);
    uk_timer_stop(&d.timer);
    uk_timer_stop(&d.timer);
    uk_timer_start(&e.timer, now - UK_NSEC_PER_MSEC);
    wait_until(now + 20 * UK_NSEC_PER_MSEC);
    printf("fired: %s%s\n", fired, early ? ", too early" : "");
}

static int left = 100;

static void again(struct uk_timer *timer) {
    if (--left > 0)
        uk_timer_start(timer, timer->deadline + 100 * UK_NSEC_PER_USEC);
}

static void check_repetition(void) {
    static struct uk_timer timer = {.call = again};
    __nsec begin = ukplat_monotonic_clock();
    uk_timer_start(&timer, begin);
    while (*(volatile int *)&left > 0)
        ;
    printf("repeated for %s\n",
           ukplat_monotonic_clock() - begin >= 9900 * UK_NSEC_PER_USEC ? "10 ms" : "less");
    printf("%s\n", timer.running ? "still running" : "done");
}

/* Farther than the timer can count in one go. */
static void check_far(void) {
    static struct named_timer far = {{.call = note}, 'f'};
    fired_count = 0;
    uk_timer_start(&far.timer, UK_TIME_NEVER);
    wait_until(ukplat_monotonic_clock() + 5 * UK_NSEC_PER_MSEC);
    printf("never %s\n", fired_count == 0 ? "has not come" : "has come");
    uk_timer_stop(&far.timer);
}

int main(void) {
    check_clocks();
    check_timers();
    check_repetition();
    check_far();
    return 0;
}
