/* Fails in the way that its first argument names: a panic has to say which, and where. */
#include <stdio.h>
#include <string.h>
#include <uk/assert.h>
#include <uk/sched.h>

static int depth;

static int read_from(const int *where) {
    return *(const volatile int *)where;
}

static void write_to(char *where) {
    *(volatile char *)where = 1;
}

/* Noisy compilers are right: it never ends. */
#pragma GCC diagnostic ignored "-Winfinite-recursion"
static int recurse(int n) {
    volatile char room[512];
    room[n % 512] = n;
    depth++;
    return recurse(n + 1) + room[n % 512];
}

static void overflow(void *unused) {
    (void)unused;
    recurse(0);
}

static void undefined(void) {
#ifdef __aarch64__
    __asm__ volatile("udf #0");
#else
    __asm__ volatile("ud2");
#endif
}

/* A backtrace that follows this frame pointer faults itself. */
static void lose_frames(void) {
#ifdef __aarch64__
    __asm__ volatile("mov x29, #8; mov x0, #16; ldr x0, [x0]");
#else
    __asm__ volatile("movq $8, %rbp; movq 16, %rax");
#endif
}

static int called(void) {
    static const unsigned char code[4];
    return ((int (*)(void))(unsigned long)code)();
}

int main(int argc, char *argv[]) {
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "read") == 0)
        read_from((const int *)16);
    if (strcmp(what, "constant") == 0)
        write_to((char *)"constant");
    if (strcmp(what, "data") == 0)
        called();
    if (strcmp(what, "undefined") == 0)
        undefined();
    if (strcmp(what, "frames") == 0)
        lose_frames();
    if (strcmp(what, "assertion") == 0)
        UK_ASSERT(argc == 0);
    if (strcmp(what, "overflow") == 0)
        uk_thread_join(uk_thread_create("deep", overflow, NULL));
    if (strcmp(what, "main") == 0)
        recurse(0);
    return 1;
}
