/* Threads that take turns, wait for each other, and, with preemption, are interrupted. */
#include <stdio.h>
#include <uk/mutex.h>
#include <uk/sched.h>
#include <uk/semaphore.h>

#define WORKERS 4
#define ROUNDS  1000

static struct uk_semaphore done;
static struct uk_mutex mutex = UK_MUTEX_INITIALIZER("the counter");
static int counter, inside;
static volatile bool stop;

static void count(void *unused) {
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        uk_mutex_lock(&mutex);
        if (++inside != 1)
            printf("two threads hold the mutex\n");
        int seen = counter;
        if (i % 10 == 0)
            uk_sched_yield();
        counter = seen + 1;
        inside--;
        uk_mutex_unlock(&mutex);
    }
    uk_semaphore_up(&done);
}

#ifdef CONFIG_LIBUKSCHED_PREEMPT
static void spin(void *unused) {
    (void)unused;
    while (!stop)
        ;
}
#endif

static bool sleep_is_long_enough(void) {
    __nsec before = ukplat_monotonic_clock();
    uk_sched_sleep(30 * UK_NSEC_PER_MSEC);
    return ukplat_monotonic_clock() - before >= 30 * UK_NSEC_PER_MSEC;
}

int main(void) {
    uk_semaphore_init(&done, 0);
    struct uk_thread *workers[WORKERS];
    for (int i = 0; i < WORKERS; i++)
        workers[i] = uk_thread_create("worker", count, NULL);
    for (int i = 0; i < WORKERS; i++)
        uk_semaphore_down(&done);
    for (int i = 0; i < WORKERS; i++)
        uk_thread_join(workers[i]);
    printf("counted to %d\n", counter);
    printf("slept %s\n", sleep_is_long_enough() ? "long enough" : "too short");
    __nsec deadline = ukplat_monotonic_clock() + 5 * UK_NSEC_PER_MSEC;
    printf("the semaphore %s\n", uk_semaphore_down_until(&done, deadline) ? "was up" : "timed out");
#ifdef CONFIG_LIBUKSCHED_PREEMPT
    struct uk_thread *spinner = uk_thread_create("spinner", spin, NULL);
    uk_sched_yield();
    stop = true;
    uk_thread_join(spinner);
    printf("the spinner was interrupted\n");
#endif
    return 0;
}
