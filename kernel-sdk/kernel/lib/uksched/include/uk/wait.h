/* Wait queues: threads that wait until somebody wakes them, oldest first. */
#ifndef UK_WAIT_H
#define UK_WAIT_H

#include <stdbool.h>
#include <uk/arch/lcpu.h>
#include <uk/time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_thread;

/* What a queue belongs to, for whoever looks at a thread that waits. */
enum uk_waitq_kind {
    UK_WAITQ_EVENT,
    UK_WAITQ_TIME,
    UK_WAITQ_MUTEX,
    UK_WAITQ_SEMAPHORE,
    UK_WAITQ_EXIT,
};

struct uk_waitq {
    struct uk_thread *first;
    /* What the waiting threads wait for, in words, for whoever looks; may be NULL. */
    const char *name;
    enum uk_waitq_kind kind;
};

/*
 * Waits until woken, or until the deadline on the monotonic clock. Called with interrupts disabled,
 * returns with them disabled. False: the deadline came first.
 */
bool uk_waitq_sleep(struct uk_waitq *queue, __nsec deadline);

/* Wakes the thread that has waited longest, or all. May be called in interrupts. */
void uk_waitq_wake_one(struct uk_waitq *queue);
void uk_waitq_wake_all(struct uk_waitq *queue);

/* Waits until `condition` holds or the deadline has passed; the value is the condition's. */
#define uk_waitq_wait_event(queue, condition, deadline)                                            \
    ({                                                                                             \
        unsigned long flags_ = ukarch_irq_save();                                                  \
        bool met_;                                                                                 \
        while (!(met_ = (condition)) && uk_waitq_sleep(queue, deadline))                           \
            ;                                                                                      \
        if (!met_)                                                                                 \
            met_ = (condition);                                                                    \
        ukarch_irq_restore(flags_);                                                                \
        met_;                                                                                      \
    })

#ifdef __cplusplus
}
#endif

#endif
