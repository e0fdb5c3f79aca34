/* Timers: a list sorted by deadline, and the platform's timer set for its head. */
#include <stddef.h>
#include <uk/arch/lcpu.h>
#include <uk/init.h>
#include <uk/time.h>

static struct uk_timer *first;

static void take_out(struct uk_timer *timer) {
    struct uk_timer **at = &first;
    while (*at != timer)
        at = &(*at)->next;
    *at = timer->next;
    timer->running = false;
}

void uk_timer_start(struct uk_timer *timer, __nsec deadline) {
    unsigned long flags = ukarch_irq_save();
    if (timer->running)
        take_out(timer);
    timer->deadline = deadline;
    timer->running = true;
    struct uk_timer **at = &first;
    while (*at && (*at)->deadline <= deadline)
        at = &(*at)->next;
    timer->next = *at;
    *at = timer;
    if (first == timer)
        ukplat_timer_arm(deadline);
    ukarch_irq_restore(flags);
}

void uk_timer_stop(struct uk_timer *timer) {
    unsigned long flags = ukarch_irq_save();
    if (timer->running)
        take_out(timer);
    ukarch_irq_restore(flags);
}

/* In the timer's interrupt, which may also come early or for a timer that was stopped. */
static void on_timer(void) {
    while (first && first->deadline <= ukplat_monotonic_clock()) {
        struct uk_timer *due = first;
        take_out(due);
        due->call(due);
    }
    if (first)
        ukplat_timer_arm(first->deadline);
}

static void time_init(void) {
    ukplat_time_init(on_timer);
}
UK_INIT(UK_INIT_TIME, time_init);
