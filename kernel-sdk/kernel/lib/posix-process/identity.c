/* Who and where a program is: one process, one user, one machine. */
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <uk/config.h>
#include <uk/random.h>
#include <uk/syscall.h>

#define PROCESS_ID 1

UK_SYSCALL(getpid) {
    return PROCESS_ID;
}

UK_SYSCALL(getppid) {
    return 0;
}

UK_SYSCALL(getuid) {
    return 0;
}

UK_SYSCALL(geteuid) {
    return 0;
}

UK_SYSCALL(getgid) {
    return 0;
}

UK_SYSCALL(getegid) {
    return 0;
}

UK_SYSCALL(umask) {
    return 022;
}

UK_SYSCALL(uname) {
    struct utsname *name = (struct utsname *)a[0];
    *name = (struct utsname){.sysname = "Unikernel", .nodename = "unikernel", .release = "0.1.0"};
#ifdef CONFIG_ARCH_X86_64
    strcpy(name->machine, "x86_64");
#else
    strcpy(name->machine, "aarch64");
#endif
    return 0;
}

UK_SYSCALL(prlimit64) {
    struct rlimit *old = (struct rlimit *)a[3];
    if (a[2])
        return -EPERM;
    if (old)
        *old = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
    return 0;
}

UK_SYSCALL(getrandom) {
    uk_random_fill((void *)a[0], (size_t)a[1]);
    return a[1];
}

UK_SYSCALL(sched_getaffinity) {
    if (a[1] < (long)sizeof(long))
        return -EINVAL;
    *(unsigned long *)a[2] = 1;
    return sizeof(long);
}
