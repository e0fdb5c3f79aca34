/* musl's threads as the kernel's: clone, exit, and what libc keeps for each thread. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <pthread_impl.h>
#include <string.h>
#include <sys/prctl.h>
#include <uk/alloc.h>
#include <uk/sched.h>
#include <uk/syscall.h>

#include "process.h"

/* What a new thread is told by the clone that made it. */
struct clone_call {
    int (*function)(void *);
    void *argument;
    volatile int *child_tid;
};

static __attribute__((noreturn)) void leave(void) {
    /* Whoever joins this thread frees its stack as soon as the word is zero: nobody runs until it
     * has left it. */
    ukarch_irq_disable();
    volatile int *address = uk_thread_current()->clear_at_exit;
    if (address) {
        *address = 0;
        posix_futex_wake(address, 1);
    }
    uk_thread_exit();
}

static void run_clone(void *start) {
    struct clone_call call = *(struct clone_call *)start;
    uk_free(uk_alloc_get_default(), start);
    uk_thread_current()->clear_at_exit = call.child_tid;
    call.function(call.argument);
    leave();
}

/* In place of musl's assembly; `stack` is the new stack's end, musl owns it. */
int __clone(int (*function)(void *), void *stack, int flags, void *argument, ...) {
    va_list rest;
    va_start(rest, argument);
    int *parent_tid = va_arg(rest, int *);
    void *tls = va_arg(rest, void *);
    volatile int *child_tid = va_arg(rest, volatile int *);
    va_end(rest);
    if (!(flags & CLONE_THREAD))
        return -ENOSYS;
    struct clone_call *call = uk_malloc(uk_alloc_get_default(), sizeof(*call));
    if (call == NULL)
        return -ENOMEM;
    *call = (struct clone_call){function, argument, child_tid};
    unsigned long interrupts = ukarch_irq_save();
    struct uk_thread *thread =
        uk_thread_create_on("pthread", run_clone, call, stack, 0, (unsigned long)tls);
    int tid = -EAGAIN;
    if (thread) {
        /* libc knows when it has exited: the kernel frees it by itself. */
        uk_thread_detach(thread);
        tid = thread->id;
        if (parent_tid)
            *parent_tid = tid;
    } else {
        uk_free(uk_alloc_get_default(), call);
    }
    ukarch_irq_restore(interrupts);
    return tid;
}

int __set_thread_area(void *pointer) {
    uk_thread_current()->tls = (unsigned long)pointer;
    ukarch_tls_set((unsigned long)pointer);
    return 0;
}

/* A detached thread cannot free the stack that it stands on: that is left to who frees the thread.
 */
void __unmapself(void *base, size_t size) {
    uk_thread_current()->tls_memory = base;
    uk_thread_current()->tls_mapped = size;
    leave();
}

/* Threads that the kernel's libraries start use libc too, errno at least. */
int uk_thread_tls_create(struct uk_thread *thread) {
    /* The first thread gets its own in __init_libc. */
    if (libc.tls_size == 0)
        return 0;
    unsigned char *memory = uk_calloc(uk_alloc_get_default(), 1, libc.tls_size);
    if (memory == NULL)
        return -ENOMEM;
    struct pthread *self = __copy_tls(memory);
    self->self = self;
    self->locale = &libc.global_locale;
    self->robust_list.head = &self->robust_list.head;
    self->next = self->prev = self;
    self->detach_state = DT_DETACHED;
    self->tid = INT_MAX;
    /* More than one thread may be in libc from now on. */
    if (libc.threads_minus_1++ == 0)
        libc.need_locks = 1;
    thread->tls_memory = memory;
    thread->tls = (unsigned long)TP_ADJ(self);
    return 0;
}

void uk_thread_tls_destroy(struct uk_thread *thread) {
    if (thread->tls_mapped)
        uk_syscall(SYS_munmap, (long)thread->tls_memory, (long)thread->tls_mapped, 0, 0, 0, 0);
    else
        uk_free(uk_alloc_get_default(), thread->tls_memory);
}

UK_SYSCALL(exit) {
    leave();
}

UK_SYSCALL(set_tid_address) {
    uk_thread_current()->clear_at_exit = (volatile int *)a[0];
    return uk_thread_current()->id;
}

UK_SYSCALL(gettid) {
    return uk_thread_current()->id;
}

UK_SYSCALL(sched_yield) {
    uk_sched_yield();
    return 0;
}

UK_SYSCALL(prctl) {
    if (a[0] != PR_SET_NAME)
        return -EINVAL;
    strncpy(uk_thread_current()->name, (const char *)a[1], UK_THREAD_NAME_SIZE - 1);
    return 0;
}
