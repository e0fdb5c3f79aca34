/* Signals, as far as one process without users needs them: a thread may raise one for itself. */
#include <signal.h>
#include <string.h>
#include <uk/format.h>
#include <uk/panic.h>
#include <uk/sched.h>
#include <uk/syscall.h>

/* What rt_sigaction takes (musl's ksigaction.h). */
struct kernel_sigaction {
    union {
        void (*handler)(int);
        /* With SA_SIGINFO. */
        void (*action)(int, siginfo_t *, void *);
    };
    unsigned long flags;
    void (*restorer)(void);
    unsigned mask[2];
};

static struct kernel_sigaction actions[_NSIG];

UK_SYSCALL(rt_sigaction) {
    if (a[0] <= 0 || a[0] >= _NSIG)
        return -EINVAL;
    if (a[2])
        *(struct kernel_sigaction *)a[2] = actions[a[0]];
    if (a[1])
        actions[a[0]] = *(const struct kernel_sigaction *)a[1];
    return 0;
}

/* Nothing arrives from outside: there is nothing to block. */
UK_SYSCALL(rt_sigprocmask) {
    if (a[2])
        memset((void *)a[2], 0, (size_t)a[3]);
    return 0;
}

static long raise_here(int number) {
    static char reason[64];
    if (number <= 0 || number >= _NSIG)
        return number == 0 ? 0 : -EINVAL;
    void (*handler)(int) = actions[number].handler;
    if (handler == SIG_IGN || (handler == SIG_DFL && (number == SIGCHLD || number == SIGURG ||
                                                      number == SIGWINCH || number == SIGCONT)))
        return 0;
    if (handler != SIG_DFL) {
        siginfo_t info = {.si_signo = number, .si_code = SI_TKILL};
        if (actions[number].flags & SA_SIGINFO)
            actions[number].action(number, &info, NULL);
        else
            handler(number);
        return 0;
    }
    if (number == SIGABRT)
        uk_snprintf(reason, sizeof(reason), "The application called abort()");
    else
        uk_snprintf(reason, sizeof(reason), "The application was ended by signal %d", number);
    struct uk_panic_info info = {.reason = reason};
    uk_panic(&info);
}

UK_SYSCALL(tkill) {
    if ((uint64_t)a[0] != uk_thread_current()->id)
        return -ENOSYS;
    return raise_here(a[1]);
}

UK_SYSCALL(kill) {
    return raise_here(a[1]);
}
