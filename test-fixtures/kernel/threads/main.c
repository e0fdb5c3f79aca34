/* Threads that work, wait and sleep; what they did does not depend on when the processor was taken
 * from them. */
#include <stdio.h>
#include <uk/mutex.h>
#include <uk/sched.h>
#include <uk/semaphore.h>
#include <uk/time.h>

#define WORKERS 3
#define TURNS   400000

static struct uk_mutex lock = UK_MUTEX_INITIALIZER("lock");
static struct uk_semaphore done;
static int total, finished_early;
static double sums[WORKERS];

/* Long enough to be interrupted, with floating-point registers that have to survive it. */
static double harmonic(int terms) {
    double sum = 0;
    for (int i = 1; i <= terms; i++)
        sum += 1.0 / i;
    return sum;
}

static void work(void *argument) {
    int number = (int)(long)argument;
    sums[number] = harmonic(TURNS);
    for (int i = 0; i < 100; i++) {
        uk_mutex_lock(&lock);
        int before = total;
        uk_sched_yield();
        total = before + 1;
        uk_mutex_unlock(&lock);
    }
    uk_semaphore_up(&done);
}

static void nap(void *argument) {
    __nsec start = ukplat_monotonic_clock();
    uk_sched_sleep(5 * UK_NSEC_PER_MSEC);
    if (ukplat_monotonic_clock() - start < 5 * UK_NSEC_PER_MSEC)
        finished_early++;
    *(int *)argument = 1;
}

int main(void) {
    uk_semaphore_init(&done, 0);
    for (long i = 0; i < WORKERS; i++)
        uk_thread_detach(uk_thread_create("worker", work, (void *)i));
    int woke = 0;
    struct uk_thread *sleeper = uk_thread_create("sleeper", nap, &woke);
    uk_thread_join(sleeper);
    for (int i = 0; i < WORKERS; i++)
        uk_semaphore_down(&done);
    int wrong = 0;
    double expected = harmonic(TURNS);
    for (int i = 0; i < WORKERS; i++)
        wrong += sums[i] != expected;
    bool timed_out = !uk_semaphore_down_until(&done, ukplat_monotonic_clock() + UK_NSEC_PER_MSEC);
    printf("total %d, wrong sums %d, woke %d, early %d, timed out %d\n", total, wrong, woke,
           finished_early, timed_out);
    printf("year %d\n", (int)(1970 + ukplat_wall_clock() / UK_NSEC_PER_SEC / 31556952));
    return 7;
}
