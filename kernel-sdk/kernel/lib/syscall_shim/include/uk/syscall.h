/*
 * System calls: functions that a libc reaches by number. A library supplies one with
 *
 *     UK_SYSCALL(write) {
 *         return ...(int)a[0], (const void *)a[1], (size_t)a[2]...;
 *     }
 *
 * and returns a negative errno where it fails, as Linux does.
 */
#ifndef UK_SYSCALL_H
#define UK_SYSCALL_H

#include <errno.h>
#include <sys/syscall.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_syscall_entry {
    long number;
    long (*call)(const long a[6]);
};

#define UK_SYSCALL(name)                                                                           \
    static long uk_syscall_r_##name(const long a[6]);                                              \
    static const struct uk_syscall_entry uk_syscall_entry_##name                                   \
        __attribute__((used, aligned(8), section("uk_syscalls"))) = {SYS_##name,                   \
                                                                     uk_syscall_r_##name};         \
    static long uk_syscall_r_##name(__attribute__((unused)) const long a[6])

/* What libc calls; -ENOSYS for a number that no library of the image supplies. */
long uk_syscall(long number, long a, long b, long c, long d, long e, long f);

/* The name of a system call; NULL for a number that has none. */
const char *uk_syscall_name(long number);

#ifdef __cplusplus
}
#endif

#endif
