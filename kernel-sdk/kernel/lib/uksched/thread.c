/* Threads: how they begin and end. */
#include <string.h>
#include <uk/alloc.h>
#include <uk/arch/lcpu.h>
#include <uk/assert.h>
#include <uk/init.h>
#include <uk/paging.h>
#include <uk/sched.h>
#include <uk/trace.h>

#include "sched.h"

/* How far from the stack pointer an access is still taken for the stack's. */
#define GUARD_REACH (2 * PAGE_SIZE)

struct uk_thread *uk_sched_threads;

static uint64_t last_id;
static struct uk_thread idle = {.name = "idle", .timeout = {.call = sched_timeout}};

/* A libc's thread-local storage for a thread of the kernel's. Weak: there may be no libc. */
__attribute__((weak)) int uk_thread_tls_create(struct uk_thread *thread);
__attribute__((weak)) void uk_thread_tls_destroy(struct uk_thread *thread);

static void add(struct uk_thread *thread) {
    uk_sched_changes++;
    thread->id = ++last_id;
    thread->next_of_all = uk_sched_threads;
    uk_sched_threads = thread;
}

static void forget(struct uk_thread *thread) {
    struct uk_thread **at = &uk_sched_threads;
    while (*at != thread)
        at = &(*at)->next_of_all;
    *at = thread->next_of_all;
    uk_sched_changes++;
}

static void destroy(struct uk_thread *thread) {
    forget(thread);
    if (thread->tls_memory)
        uk_thread_tls_destroy(thread);
    if (thread->stack)
        uk_stack_free(thread->stack);
    uk_free(uk_alloc_get_default(), thread);
}

/* The first function on a new thread's stack. */
static void begin(void *self) {
    struct uk_thread *thread = self;
    ukarch_irq_enable();
    thread->entry(thread->argument);
    uk_thread_exit();
}

static struct uk_thread *create(const char *name, void (*entry)(void *), void *argument) {
    /* Whoever makes many threads may never let the idle thread run. */
    unsigned long flags = ukarch_irq_save();
    sched_reap();
    ukarch_irq_restore(flags);
    struct uk_thread *thread = uk_calloc(uk_alloc_get_default(), 1, sizeof(*thread));
    if (thread == NULL)
        return NULL;
    strncpy(thread->name, name, UK_THREAD_NAME_SIZE - 1);
    thread->entry = entry;
    thread->argument = argument;
    thread->timeout.call = sched_timeout;
    thread->exited = (struct uk_waitq){.name = "a thread to exit", .kind = UK_WAITQ_EXIT};
    return thread;
}

static void start(struct uk_thread *thread, unsigned long top) {
    ukarch_ctx_init(&thread->ctx, top, begin, thread);
    unsigned long flags = ukarch_irq_save();
    add(thread);
    sched_ready(thread);
    uk_trace("thread", thread->id, 0);
    ukarch_irq_restore(flags);
}

struct uk_thread *uk_thread_create(const char *name, void (*entry)(void *), void *argument) {
    struct uk_thread *thread = create(name, entry, argument);
    if (thread == NULL)
        return NULL;
    thread->stack_size = PAGE_ALIGN_UP(CONFIG_LIBUKSCHED_STACK_SIZE);
    thread->stack = uk_stack_alloc(thread->stack_size);
    if (thread->stack == NULL || (uk_thread_tls_create && uk_thread_tls_create(thread) != 0)) {
        if (thread->stack)
            uk_stack_free(thread->stack);
        uk_free(uk_alloc_get_default(), thread);
        return NULL;
    }
    start(thread, (unsigned long)thread->stack + thread->stack_size);
    return thread;
}

struct uk_thread *uk_thread_create_on(const char *name, void (*entry)(void *), void *argument,
                                      void *stack, size_t stack_size, unsigned long tls) {
    struct uk_thread *thread = create(name, entry, argument);
    if (thread == NULL)
        return NULL;
    thread->tls = tls;
    start(thread, (unsigned long)stack + stack_size);
    return thread;
}

void uk_thread_exit(void) {
    struct uk_thread *self = uk_thread_current();
    ukarch_irq_disable();
    self->state = UK_THREAD_EXITED;
    uk_trace("exit", self->id, 0);
    uk_waitq_wake_all(&self->exited);
    sched_switch();
    __builtin_unreachable();
}

void uk_thread_join(struct uk_thread *thread) {
    UK_ASSERT(!thread->detached && thread != uk_thread_current());
    uk_waitq_wait_event(&thread->exited, thread->state == UK_THREAD_EXITED, UK_TIME_NEVER);
    unsigned long flags = ukarch_irq_save();
    destroy(thread);
    ukarch_irq_restore(flags);
}

void uk_thread_detach(struct uk_thread *thread) {
    thread->detached = true;
}

void sched_reap(void) {
    for (struct uk_thread *thread = uk_sched_threads, *next; thread; thread = next) {
        next = thread->next_of_all;
        if (thread->detached && thread->state == UK_THREAD_EXITED)
            destroy(thread);
    }
}

uint64_t uk_sched_current_id(void) {
    return uk_sched_current ? uk_sched_current->id : 0;
}

/* A stack that somebody else made, as a libc does, has a guard that may be larger than a page. */
static bool is_below_own_stack(uint64_t address, uint64_t stack_pointer) {
    return uk_sched_current && !uk_sched_current->stack && uk_sched_current != sched_idle &&
           address < stack_pointer + GUARD_REACH && stack_pointer < address + GUARD_REACH &&
           uk_paging_rights(address) == UK_PAGE_NONE;
}

const char *uk_sched_stack_guard_owner(uint64_t address, uint64_t stack_pointer) {
    for (struct uk_thread *thread = uk_sched_threads; thread; thread = thread->next_of_all)
        if (thread->stack && PAGE_ALIGN_DOWN(address) + PAGE_SIZE == (uint64_t)thread->stack)
            return thread->name;
    return is_below_own_stack(address, stack_pointer) ? uk_sched_current->name : NULL;
}

void uk_sched_start(void (*entry)(void *)) {
    uk_sched_current = sched_idle = &idle;
    idle.state = UK_THREAD_RUNNING;
    struct uk_thread *main_thread = uk_thread_create("main", entry, NULL);
    UK_ASSERT(main_thread != NULL);
    sched_idle_loop();
}
