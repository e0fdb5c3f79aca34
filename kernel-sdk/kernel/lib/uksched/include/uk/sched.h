/*
 * Threads, with Unikraft's names. One runs at a time, until it waits, yields or, with
 * CONFIG_LIBUKSCHED_PREEMPT, has had its share.
 */
#ifndef UK_SCHED_H
#define UK_SCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uk/arch/ctx.h>
#include <uk/config.h>
#include <uk/time.h>
#include <uk/wait.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UK_THREAD_NAME_SIZE 24

enum uk_thread_state {
    UK_THREAD_READY,
    UK_THREAD_RUNNING,
    UK_THREAD_WAITING,
    UK_THREAD_EXITED,
};

struct uk_thread {
    struct ukarch_ctx ctx;
    char name[UK_THREAD_NAME_SIZE];
    uint64_t id;
    enum uk_thread_state state;
    /* Its stack, the guard page under it left out; NULL where somebody else owns it. */
    void *stack;
    size_t stack_size;
    /* The thread pointer, and what lib/musl or another libc keeps behind it. */
    unsigned long tls;
    void *tls_memory;
    /* Its bytes where it was mapped together with a stack; 0 where it is the heap's. */
    size_t tls_mapped;
    /* Set to zero and woken as a futex when the thread exits, as Linux does; may be NULL. */
    volatile int *clear_at_exit;
    void (*entry)(void *argument);
    void *argument;
    /* What it waits for, and what ends the wait. */
    struct uk_waitq *waits_for;
    struct uk_timer timeout;
    bool timed_out;
    struct uk_waitq exited;
    bool detached;
    /* In the run queue, or in a wait queue. */
    struct uk_thread *next;
    /* All threads. */
    struct uk_thread *next_of_all;
    /* Nanoseconds that it has run, and since when it does. */
    __nsec run_time, running_since;
};

/* Every thread, the newest first; a debugger walks it. */
extern struct uk_thread *uk_sched_threads;
extern struct uk_thread *uk_sched_current;

static inline struct uk_thread *uk_thread_current(void) {
    return uk_sched_current;
}

/*
 * Starts a thread that calls entry(argument), on a guarded stack of its own of
 * CONFIG_LIBUKSCHED_STACK_SIZE bytes. NULL when memory is short.
 */
struct uk_thread *uk_thread_create(const char *name, void (*entry)(void *), void *argument);

/* The same on a stack that the caller keeps until the thread has exited, with a thread pointer. */
struct uk_thread *uk_thread_create_on(const char *name, void (*entry)(void *), void *argument,
                                      void *stack, size_t stack_size, unsigned long tls);

/* Waits until a thread has exited, and frees it. For a thread that nobody detached. */
void uk_thread_join(struct uk_thread *thread);

/* The thread frees itself when it exits. */
void uk_thread_detach(struct uk_thread *thread);

/* Ends the running thread. */
__attribute__((noreturn)) void uk_thread_exit(void);

/* Lets the others run that can. */
void uk_sched_yield(void);

/* Waits for at least so many nanoseconds. */
void uk_sched_sleep(__nsec duration);

/* Makes the boot stack the idle thread's, and runs `entry` as thread "main". */
__attribute__((noreturn)) void uk_sched_start(void (*entry)(void *));

#ifdef __cplusplus
}
#endif

#endif
