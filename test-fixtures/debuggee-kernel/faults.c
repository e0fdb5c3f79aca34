/* Every way to touch memory that must not be touched. */
#include <stdint.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/paging.h>
#include <uk/panic.h>
#include <uk/sched.h>

#include "kernel.h"

static const char constant[64] = "never written";
static char code[64];
/* Blocks of the heap, side by side. */
static char *volatile small, *volatile other;

static __attribute__((noinline)) void write_to(void *where) {
    *(volatile int *)where = 42; /* mark: writes */
}

static __attribute__((noinline)) int dig(volatile int *above) {
    volatile int room[256];
    room[0] = *above + 1;
    return dig(room) + room[0]; /* mark: digs */
}

static void overflow(void *unused) {
    (void)unused;
    volatile int zero = 0;
    dig(&zero);
}

/* The end of a page whose neighbour cannot be written, and a block that ends there. */
static void *block_before_guard(void) {
    char *stack = uk_stack_alloc(PAGE_SIZE);
    return stack - 8;
}

void fault(const char *kind) {
    if (strcmp(kind, "null") == 0)
        write_to((void *)16);
    if (strcmp(kind, "constant") == 0)
        write_to((void *)&constant[4]);
    if (strcmp(kind, "text") == 0)
        write_to((void *)fault);
    if (strcmp(kind, "wild") == 0)
        write_to((void *)0x123456789000);
    if (strcmp(kind, "guard") == 0)
        write_to(block_before_guard());
    if (strcmp(kind, "jump") == 0)
        ((void (*)(void))(uintptr_t)code)();
    if (strcmp(kind, "assert") == 0)
        UK_ASSERT(kind == NULL);
    if (strcmp(kind, "long") == 0) {
        /* More than a debugger shows of a text, and one character again and again. */
        static char reason[400];
        memset(reason, '=', 300);
        strcpy(reason + 300, " \"gr\303\274n\"");
        uk_panic(&(struct uk_panic_info){.reason = reason, .file = "=============.c", .line = 7});
    }
    if (strcmp(kind, "stack") == 0) {
        uk_thread_create("digger", overflow, NULL);
        uk_sched_sleep(UK_NSEC_PER_SEC);
    }
    if (strcmp(kind, "heap") == 0) {
        small = uk_malloc(uk_alloc_get_default(), 24);
        other = uk_calloc(uk_alloc_get_default(), 10, 10);
        char *freed = uk_malloc(uk_alloc_get_default(), 3000);
        strcpy(small, "small");
        uk_free(uk_alloc_get_default(), freed);
        write_to(other); /* mark: heap */
    }
}
