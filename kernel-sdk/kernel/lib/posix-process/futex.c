/* Futexes (futex(2)): wait while a word has a value. A few queues, chosen by address, serve all. */
#include <limits.h>
#include <stdint.h>
#include <time.h>
#include <uk/sched.h>
#include <uk/syscall.h>

#include "process.h"

#define FUTEX_WAIT    0
#define FUTEX_WAKE    1
#define FUTEX_REQUEUE 3
#define FUTEX_COMMAND 0x7f
#define QUEUES        64

/* A thread that waits, on its own stack. */
struct waiter {
    volatile int *address;
    bool woken;
    struct waiter *next;
    struct uk_waitq queue;
};

static struct waiter *waiting[QUEUES];

static struct waiter **list_of(volatile int *address) {
    return &waiting[(uintptr_t)address / sizeof(int) % QUEUES];
}

int posix_futex_wake(volatile int *address, int count) {
    int woken = 0;
    unsigned long flags = ukarch_irq_save();
    for (struct waiter **at = list_of(address); *at && woken < count;) {
        struct waiter *waiter = *at;
        if (waiter->address != address) {
            at = &waiter->next;
            continue;
        }
        *at = waiter->next;
        waiter->woken = true;
        uk_waitq_wake_all(&waiter->queue);
        woken++;
    }
    ukarch_irq_restore(flags);
    return woken;
}

static int futex_wait(volatile int *address, int value, __nsec deadline) {
    struct waiter self = {.address = address, .queue = {.name = "a futex"}};
    unsigned long flags = ukarch_irq_save();
    if (*address != value) {
        ukarch_irq_restore(flags);
        return -EAGAIN;
    }
    struct waiter **end = list_of(address);
    while (*end)
        end = &(*end)->next;
    *end = &self;
    while (!self.woken && uk_waitq_sleep(&self.queue, deadline))
        ;
    if (!self.woken) {
        struct waiter **at = list_of(address);
        while (*at != &self)
            at = &(*at)->next;
        *at = self.next;
    }
    ukarch_irq_restore(flags);
    return self.woken ? 0 : -ETIMEDOUT;
}

/* Threads that wait for one futex wait for another from now on, but for those that are woken. */
static int futex_requeue(volatile int *from, int wake, int move, volatile int *to) {
    unsigned long flags = ukarch_irq_save();
    int count = posix_futex_wake(from, wake);
    for (struct waiter **at = list_of(from); *at && move > 0;) {
        struct waiter *waiter = *at;
        if (waiter->address != from) {
            at = &waiter->next;
            continue;
        }
        *at = waiter->next;
        waiter->address = to;
        waiter->next = NULL;
        struct waiter **end = list_of(to);
        while (*end)
            end = &(*end)->next;
        *end = waiter;
        count++;
        move--;
    }
    ukarch_irq_restore(flags);
    return count;
}

UK_SYSCALL(futex) {
    volatile int *address = (volatile int *)a[0];
    const struct timespec *limit = (const struct timespec *)a[3];
    switch (a[1] & FUTEX_COMMAND) {
    case FUTEX_WAIT: {
        __nsec deadline = UK_TIME_NEVER;
        if (limit)
            deadline = uk_time_after(ukplat_monotonic_clock(), limit->tv_sec, limit->tv_nsec);
        return futex_wait(address, a[2], deadline);
    }
    case FUTEX_WAKE:
        return posix_futex_wake(address, a[2]);
    case FUTEX_REQUEUE:
        return futex_requeue(address, a[2], a[3], (volatile int *)a[4]);
    default:
        return -ENOSYS;
    }
}
