/* Counting semaphores. */
#ifndef UK_SEMAPHORE_H
#define UK_SEMAPHORE_H

#include <stdbool.h>
#include <uk/wait.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_semaphore {
    long count;
    struct uk_waitq waiting;
};

void uk_semaphore_init(struct uk_semaphore *semaphore, long count);
void uk_semaphore_down(struct uk_semaphore *semaphore);
/* False when the deadline on the monotonic clock came first. */
bool uk_semaphore_down_until(struct uk_semaphore *semaphore, __nsec deadline);
bool uk_semaphore_trydown(struct uk_semaphore *semaphore);
/* May be called in interrupts. */
void uk_semaphore_up(struct uk_semaphore *semaphore);

#ifdef __cplusplus
}
#endif

#endif
