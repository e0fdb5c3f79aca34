/* Mutexes: one thread at a time, and the same one may come in again. */
#ifndef UK_MUTEX_H
#define UK_MUTEX_H

#include <stdbool.h>
#include <uk/wait.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_mutex {
    struct uk_thread *owner;
    unsigned depth;
    struct uk_waitq waiting;
};

#define UK_MUTEX_INITIALIZER(name_)                                                                \
    {                                                                                              \
        .waiting = {.name = name_ }                                                                \
    }

void uk_mutex_lock(struct uk_mutex *mutex);
bool uk_mutex_trylock(struct uk_mutex *mutex);
/* Panics when the caller does not hold it. */
void uk_mutex_unlock(struct uk_mutex *mutex);

#ifdef __cplusplus
}
#endif

#endif
