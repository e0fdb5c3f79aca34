/* Between sched.c and thread.c; all are called with interrupts disabled. */
#ifndef UKSCHED_SCHED_H
#define UKSCHED_SCHED_H

#include <uk/sched.h>

extern struct uk_thread *sched_idle;

/* Grows with everything that a list of threads shows: a debugger reads that again when it has. */
extern unsigned long uk_sched_changes;

/* Puts a thread at the run queue's end. */
void sched_ready(struct uk_thread *thread);

/* Runs the next ready thread; returns when the caller's turn has come again. */
void sched_switch(void);

__attribute__((noreturn)) void sched_idle_loop(void);
void sched_timeout(struct uk_timer *timer);

/* Frees detached threads that have exited: they could not free the stack that they stood on. */
void sched_reap(void);

#endif
