/* Messages by level, the ring that keeps them, formats, assertions and panics. */
#include <stdio.h>
#include <string.h>
#include <uk/assert.h>
#include <uk/config.h>
#include <uk/format.h>
#include <uk/panic.h>
#include <uk/print.h>
#ifdef CONFIG_LIBUKDEBUG_LOG
#include <uk/log.h>
#endif

static void speak(void) {
    uk_pr_crit("critical %d\n", 1);
    uk_pr_err("error %d\n", 2);
    uk_pr_warn("warning %d\n", 3);
    uk_pr_info("information %d\n", 4);
    uk_pr_debug("debugging %d\n", 5);
}

static void speak_at_length(void) {
    static char words[400];
    memset(words, 'x', sizeof(words) - 1);
    uk_pr_crit("%s\n", words);
    uk_pr_crit("next\n");
}

#ifdef CONFIG_LIBUKDEBUG_LOG
static void show_log(void) {
    static char text[CONFIG_LIBUKDEBUG_LOG_SIZE + 1];
    for (int i = 0; i < 100; i++)
        uk_pr_err("message %d\n", i);
    size_t position = 0, got = 0, count;
    while ((count = uk_log_read(&position, text + got, 50)) > 0)
        got += count;
    text[got] = '\0';
    printf("%lu bytes are kept:\n%s<\n", (unsigned long)got, text);
    uk_pr_err("one more\n");
    got = uk_log_read(&position, text, sizeof(text));
    text[got] = '\0';
    printf("then comes: %s<\n", text);
}
#else
static void show_log(void) {}
#endif

static void format(void) {
    char text[8];
    printf("[%5d|%-5d|%05d|%+d|% d|%.3d]\n", 42, 42, -42, 42, 42, 7);
    printf("[%x|%#X|%o|%u|%hhd|%hd|%ld|%zu]\n", 255, 255, 8, ~0U, (signed char)-1, (short)-2,
           -9223372036854775807L - 1, (size_t)7);
    printf("[%s|%6s|%-6s|%.2s|%c|%%|%*d]\n", "abc", "abc", "abc", "abc", 'z', 4, 5);
    int length = uk_snprintf(text, sizeof(text), "%s", "more than fits");
    printf("[%s|%d]\n", text, length);
    printf("[%p|%s]\n", (void *)0x1234, (const char *)NULL);
}

static void innermost(int number) {
    UK_ASSERT(number == 0);
    printf("survived\n");
}

static void middle(void) {
    innermost(1);
}

static void assertion(void) {
    middle();
}

static void panic(void) {
    struct uk_panic_info info = {.reason = "The test wants it so"};
    uk_panic(&info);
}

static void undefined(void) {
    __builtin_trap();
}

#ifdef CONFIG_ARCH_X86_64
/* A stack pointer that cannot be pushed to: the exception needs a stack of its own. */
static void ruin_stack(void) {
    __asm__ volatile("xor %%esp, %%esp; push %%rax" : : : "memory");
}

static volatile int zero;

static void divide(void) {
    printf("%d\n", 100 / zero);
}

static void general(void) {
    /* Not canonical: neither half of the address space has it. */
    *(volatile char *)0x8000000000000000 = 0;
}
#endif

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"speak", speak},           {"speak-at-length", speak_at_length},
    {"show-log", show_log},     {"format", format},
    {"assertion", assertion},   {"panic", panic},
    {"undefined", undefined},
#ifdef CONFIG_ARCH_X86_64
    {"ruin-stack", ruin_stack}, {"divide", divide},
    {"general", general},
#endif
};

int main(int argc, char *argv[]) {
    for (size_t i = 0; argc > 1 && i < sizeof(cases) / sizeof(cases[0]); i++)
        if (strcmp(argv[1], cases[i].name) == 0)
            cases[i].run();
    return 0;
}
