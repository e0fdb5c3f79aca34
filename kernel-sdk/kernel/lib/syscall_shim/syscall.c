/* From a system call's number to the function that a library supplies. */
#include <stdbool.h>
#include <stddef.h>
#include <uk/config.h>
#include <uk/print.h>
#include <uk/syscall.h>

#define NUMBERS 512

extern const struct uk_syscall_entry __start_uk_syscalls[], __stop_uk_syscalls[];

static const struct uk_syscall_entry *entries[NUMBERS];
static bool ready;

static const char *const names[NUMBERS] = {
#include <syscall_names.h>
};

static void fill(void) {
    for (const struct uk_syscall_entry *e = __start_uk_syscalls; e < __stop_uk_syscalls; e++)
        entries[e->number] = e;
    ready = true;
}

const char *uk_syscall_name(long number) {
    return number >= 0 && number < NUMBERS ? names[number] : NULL;
}

static long nobody(long number) {
#ifdef CONFIG_LIBSYSCALL_SHIM_REPORT
    static bool told[NUMBERS];
    if (number >= 0 && number < NUMBERS && !told[number]) {
        told[number] = true;
        const char *name = uk_syscall_name(number);
        uk_pr_warn("system call %ld (%s) is supplied by no library of this image\n", number,
                   name ? name : "without a name");
    }
#else
    (void)number;
#endif
    return -ENOSYS;
}

long uk_syscall(long number, long a, long b, long c, long d, long e, long f) {
    if (!ready)
        fill();
    if (number < 0 || number >= NUMBERS || entries[number] == NULL)
        return nobody(number);
    const long arguments[6] = {a, b, c, d, e, f};
    return entries[number]->call(arguments);
}
