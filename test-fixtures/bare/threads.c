/*
 * What a debugger looks at of Unikraft's scheduler, linked beside main.c: each processor runs a thread, and the second one
 * goes on with a thread that has waited.
 */
#include "machine.h"

struct uk_thread {
    struct {
        unsigned long ip, sp;
    } ctx;
    unsigned int flags;
    long wakeup_time;
    const char *name;
    struct {
        void *stack;
    } _mem;
    struct {
        struct uk_thread *tqe_next;
    } thread_list;
};

struct uk_sched {
    struct {
        struct uk_thread *tqh_first;
    } thread_list;
    struct uk_sched *next;
};

#ifdef __x86_64__
struct __regs {
    unsigned long rip;
} last_trap;
enum { PC = 6 };
#else
enum { PC = 11 };
#endif

extern volatile unsigned int ticks[2];

__attribute__((noinline)) void resumed(void) {
    ticks[1]++; /* mark: resumed */
}

void ukarch_ctx_switch(void) {
}

void ukplat_terminate(int request) {
    (void)request;
    for (;;) continue;
}

static unsigned long stack[16] = {[PC] = (unsigned long)resumed};
static struct uk_thread waiter = {
    .ctx = {(unsigned long)ukarch_ctx_switch, (unsigned long)stack},
    .name = "waiter",
};
static struct uk_thread other = {.flags = 8, .name = "other", .thread_list = {&waiter}};
static struct uk_thread first = {.flags = 8, .name = "first", .thread_list = {&other}};
static struct uk_sched scheduler = {.thread_list = {&first}};
struct uk_sched *uk_sched_head = &scheduler;
struct uk_thread *volatile __uk_sched_thread_current[2] = {&first};

void second_main(void) {
    for (;;) {
        __uk_sched_thread_current[1] = &other;
        resumed();
        __uk_sched_thread_current[1] = &waiter;
        resumed();
    }
}
