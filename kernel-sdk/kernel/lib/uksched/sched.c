/* The run queue, first come first served, and the switch from one thread to the next. */
#include "sched.h"

#include <stddef.h>
#include <uk/arch/lcpu.h>
#include <uk/assert.h>
#include <uk/sched.h>
#include <uk/trace.h>

struct uk_thread *uk_sched_current;
unsigned long uk_sched_changes;

/* Runs when nobody else can; never in the run queue. */
struct uk_thread *sched_idle;

static struct uk_thread *first_ready, **end_of_ready = &first_ready;

#ifdef CONFIG_LIBUKSCHED_PREEMPT
static void share_is_over(struct uk_timer *timer);
static struct uk_timer share = {.call = share_is_over};
#endif
static bool switch_wanted;

void sched_ready(struct uk_thread *thread) {
    uk_sched_changes++;
    thread->state = UK_THREAD_READY;
    thread->next = NULL;
    *end_of_ready = thread;
    end_of_ready = &thread->next;
    /* The idle thread gives way at once, others when their share is over. */
    if (uk_sched_current == sched_idle)
        switch_wanted = true;
#ifdef CONFIG_LIBUKSCHED_PREEMPT
    if (!share.running)
        uk_timer_start(&share, ukplat_monotonic_clock() +
                                   CONFIG_LIBUKSCHED_PREEMPT_MSEC * UK_NSEC_PER_MSEC);
#endif
}

static struct uk_thread *next_ready(void) {
    struct uk_thread *thread = first_ready;
    if (thread == NULL)
        return sched_idle;
    first_ready = thread->next;
    if (first_ready == NULL)
        end_of_ready = &first_ready;
    thread->next = NULL;
    return thread;
}

void sched_switch(void) {
    struct uk_thread *from = uk_sched_current, *to = next_ready();
    switch_wanted = false;
    uk_sched_changes++;
    to->state = UK_THREAD_RUNNING;
    if (to == from)
        return;
    __nsec now = ukplat_monotonic_clock();
    from->run_time += now - from->running_since;
    to->running_since = now;
    uk_trace("switch", from->id, to->id);
    uk_sched_current = to;
    if (to->tls != from->tls)
        ukarch_tls_set(to->tls);
    ukarch_ctx_switch(&from->ctx, &to->ctx);
}

void uk_sched_yield(void) {
    unsigned long flags = ukarch_irq_save();
    if (uk_sched_current != sched_idle)
        sched_ready(uk_sched_current);
    sched_switch();
    ukarch_irq_restore(flags);
}

#ifdef CONFIG_LIBUKSCHED_PREEMPT
/* In the timer's interrupt. */
static void share_is_over(struct uk_timer *timer) {
    if (first_ready == NULL)
        return;
    switch_wanted = true;
    uk_timer_start(timer,
                   ukplat_monotonic_clock() + CONFIG_LIBUKSCHED_PREEMPT_MSEC * UK_NSEC_PER_MSEC);
}

/* The platform calls it at the end of each interrupt, on the stack of the thread that it
 * interrupted. */
void uk_sched_irq_done(void) {
    if (switch_wanted)
        uk_sched_yield();
}
#endif

/* The boot stack's loop: run whoever can, and sleep until an interrupt makes somebody ready. */
void sched_idle_loop(void) {
    ukarch_irq_disable();
    for (;;) {
        sched_reap();
        if (first_ready != NULL)
            sched_switch();
        else
            ukarch_irq_wait();
    }
}

bool uk_waitq_sleep(struct uk_waitq *queue, __nsec deadline) {
    struct uk_thread *self = uk_sched_current;
    UK_ASSERT(self != sched_idle);
    struct uk_thread **end = &queue->first;
    while (*end)
        end = &(*end)->next;
    *end = self;
    self->next = NULL;
    self->state = UK_THREAD_WAITING;
    self->waits_for = queue;
    self->timed_out = false;
    if (deadline != UK_TIME_NEVER)
        uk_timer_start(&self->timeout, deadline);
    sched_switch();
    uk_timer_stop(&self->timeout);
    return !self->timed_out;
}

void uk_waitq_wake_one(struct uk_waitq *queue) {
    unsigned long flags = ukarch_irq_save();
    struct uk_thread *thread = queue->first;
    if (thread) {
        queue->first = thread->next;
        thread->waits_for = NULL;
        sched_ready(thread);
    }
    ukarch_irq_restore(flags);
}

void uk_waitq_wake_all(struct uk_waitq *queue) {
    unsigned long flags = ukarch_irq_save();
    while (queue->first)
        uk_waitq_wake_one(queue);
    ukarch_irq_restore(flags);
}

/* In the timer's interrupt: the wait is over, whoever it was for. */
void sched_timeout(struct uk_timer *timer) {
    struct uk_thread *thread =
        (struct uk_thread *)((char *)timer - offsetof(struct uk_thread, timeout));
    if (thread->state != UK_THREAD_WAITING)
        return;
    struct uk_thread **at = &thread->waits_for->first;
    while (*at != thread)
        at = &(*at)->next;
    *at = thread->next;
    thread->waits_for = NULL;
    thread->timed_out = true;
    sched_ready(thread);
}

void uk_sched_sleep(__nsec duration) {
    static struct uk_waitq sleeping = {.name = "time to pass", .kind = UK_WAITQ_TIME};
    unsigned long flags = ukarch_irq_save();
    uk_waitq_sleep(&sleeping, uk_time_after(ukplat_monotonic_clock(), 0, duration));
    ukarch_irq_restore(flags);
}
