/* Mutexes and semaphores, on wait queues. */
#include <stddef.h>
#include <uk/assert.h>
#include <uk/mutex.h>
#include <uk/sched.h>
#include <uk/semaphore.h>

#include "sched.h"

bool uk_mutex_trylock(struct uk_mutex *mutex) {
    unsigned long flags = ukarch_irq_save();
    bool ours = mutex->owner == NULL || mutex->owner == uk_thread_current();
    if (ours) {
        mutex->owner = uk_thread_current();
        mutex->depth++;
        uk_sched_changes++;
    }
    ukarch_irq_restore(flags);
    return ours;
}

void uk_mutex_lock(struct uk_mutex *mutex) {
    /* A mutex may begin as zeros. */
    mutex->waiting.kind = UK_WAITQ_MUTEX;
    uk_waitq_wait_event(&mutex->waiting, uk_mutex_trylock(mutex), UK_TIME_NEVER);
}

void uk_mutex_unlock(struct uk_mutex *mutex) {
    UK_ASSERT(mutex->owner == uk_thread_current());
    if (--mutex->depth > 0)
        return;
    mutex->owner = NULL;
    uk_sched_changes++;
    uk_waitq_wake_one(&mutex->waiting);
}

void uk_semaphore_init(struct uk_semaphore *semaphore, long count) {
    *semaphore = (struct uk_semaphore){
        .count = count,
        .waiting = {.name = "semaphore", .kind = UK_WAITQ_SEMAPHORE},
    };
}

bool uk_semaphore_trydown(struct uk_semaphore *semaphore) {
    unsigned long flags = ukarch_irq_save();
    bool ours = semaphore->count > 0;
    if (ours)
        semaphore->count--;
    ukarch_irq_restore(flags);
    return ours;
}

bool uk_semaphore_down_until(struct uk_semaphore *semaphore, __nsec deadline) {
    return uk_waitq_wait_event(&semaphore->waiting, uk_semaphore_trydown(semaphore), deadline);
}

void uk_semaphore_down(struct uk_semaphore *semaphore) {
    uk_semaphore_down_until(semaphore, UK_TIME_NEVER);
}

void uk_semaphore_up(struct uk_semaphore *semaphore) {
    unsigned long flags = ukarch_irq_save();
    semaphore->count++;
    uk_waitq_wake_one(&semaphore->waiting);
    ukarch_irq_restore(flags);
}
