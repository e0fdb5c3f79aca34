/* A thread for each thing there is to wait for. */
#include <uk/mutex.h>
#include <uk/print.h>
#include <uk/sched.h>
#include <uk/semaphore.h>
#include <uk/trace.h>

#include "kernel.h"

#define HOUR (3600 * UK_NSEC_PER_SEC)

struct order {
    const char *dish;
    int amount[3];
    struct order *next;
};

static struct order second = {.dish = "olives", .amount = {4, 5, 6}};
static struct order first = {.dish = "bread", .amount = {1, 2, 3}, .next = &second};

static struct uk_mutex forks[3];
static struct uk_semaphore guests;
static struct uk_thread *sleeper;
static volatile int served, done;

static void hold(void *unused) {
    (void)unused;
    uk_mutex_lock(&forks[1]);
    uk_sched_sleep(HOUR);
    uk_mutex_unlock(&forks[1]);
}

static __attribute__((noinline)) int serve(struct order *order, int seat) {
    int total = order->amount[0] + order->amount[1] + seat;
    uk_mutex_lock(&forks[seat]); /* mark: wants a fork */
    served = total;
    uk_mutex_unlock(&forks[seat]);
    return total + served;
}

static void want(void *order) {
    served = serve(order, 1);
}

static void host(void *unused) {
    (void)unused;
    uk_semaphore_down(&guests); /* mark: wants a guest */
    served++;                   /* mark: has a guest */
}

static void snooze(void *unused) {
    (void)unused;
    uk_sched_sleep(HOUR);
}

static void join(void *unused) {
    (void)unused;
    uk_thread_join(sleeper);
}

static void nothing(void *unused) {
    (void)unused;
}

void waits(void) {
    uk_semaphore_init(&guests, 0);
    uk_thread_create("holder", hold, NULL);
    sleeper = uk_thread_create("sleeper", snooze, NULL);
    uk_thread_create("wanter", want, &first);
    uk_thread_create("host", host, NULL);
    uk_thread_create("joiner", join, NULL);
    uk_thread_create("quitter", nothing, NULL);
    uk_sched_yield();
    uk_thread_create("newcomer", nothing, NULL);
    uk_pr_warn("all wait\n");
    uk_trace("stand", 7, 0xffffffffffffffff); /* mark: all wait */
    uk_semaphore_up(&guests);
    uk_sched_sleep(UK_NSEC_PER_MSEC);
    uk_pr_info("done\n"); /* mark: done */
}

static __attribute__((noinline)) void turn(volatile unsigned long *turns) {
    while (!done)
        (*turns)++;
}

static void spin(void *unused) {
    (void)unused;
    volatile unsigned long turns = 1000;
    turn(&turns);
}

void spins(void) {
    uk_thread_create("spinner", spin, NULL);
    uk_sched_sleep(30 * UK_NSEC_PER_MSEC);
    done = 1; /* mark: spins */
    uk_sched_yield();
}
