/*
 * poll(2) and select(2): look at each file, and if none is ready wait until something somewhere
 * became so, and look again.
 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/select.h>
#include <uk/alloc.h>
#include <uk/config.h>
#include <uk/sched.h>
#include <uk/syscall.h>

#include "vfs.h"

static struct uk_waitq pollers = {.name = "a file to be ready"};
/* Counts wake-ups: one that comes between the look and the wait must not be lost. */
static unsigned changes;

void uk_poll_wake(void) {
    unsigned long flags = ukarch_irq_save();
    changes++;
    uk_waitq_wake_all(&pollers);
    ukarch_irq_restore(flags);
}

static int look(struct pollfd *fds, size_t count) {
    int ready = 0;
    for (size_t i = 0; i < count; i++) {
        fds[i].revents = 0;
        if (fds[i].fd < 0)
            continue;
        struct uk_file *file = uk_fd_get(fds[i].fd);
        if (file == NULL) {
            fds[i].revents = POLLNVAL;
        } else {
            short events = fds[i].events | POLLERR | POLLHUP;
            fds[i].revents = file->ops->poll ? file->ops->poll(file, events)
                                             : (short)(fds[i].events & (POLLIN | POLLOUT));
            uk_file_put(file);
        }
        ready += fds[i].revents != 0;
    }
    return ready;
}

static int poll_until(struct pollfd *fds, size_t count, __nsec deadline) {
    for (;;) {
        unsigned before = changes;
        int ready = look(fds, count);
        if (ready > 0 || deadline <= ukplat_monotonic_clock())
            return ready;
        uk_waitq_wait_event(&pollers, changes != before, deadline);
    }
}

static __nsec deadline_of(const struct timespec *limit) {
    if (limit == NULL)
        return UK_TIME_NEVER;
    return uk_time_after(ukplat_monotonic_clock(), limit->tv_sec, limit->tv_nsec);
}

#ifdef SYS_poll
UK_SYSCALL(poll) {
    long milliseconds = (int)a[2];
    __nsec deadline = milliseconds < 0 ? UK_TIME_NEVER
                                       : ukplat_monotonic_clock() + milliseconds * UK_NSEC_PER_MSEC;
    return poll_until((struct pollfd *)a[0], a[1], deadline);
}
#endif

UK_SYSCALL(ppoll) {
    return poll_until((struct pollfd *)a[0], a[1], deadline_of((const struct timespec *)a[2]));
}

static bool in_set(int fd, const fd_set *set) {
    return set && FD_ISSET(fd, set);
}

static long select_until(int count, fd_set *read, fd_set *write, fd_set *except, __nsec deadline) {
    if (count < 0 || count > FD_SETSIZE)
        return -EINVAL;
    struct pollfd *fds = uk_calloc(uk_alloc_get_default(), count + 1, sizeof(*fds));
    if (fds == NULL)
        return -ENOMEM;
    for (int fd = 0; fd < count; fd++) {
        fds[fd].events = (in_set(fd, read) ? POLLIN : 0) | (in_set(fd, write) ? POLLOUT : 0) |
                         (in_set(fd, except) ? POLLPRI : 0);
        fds[fd].fd = fds[fd].events ? fd : -1;
    }
    int ready = poll_until(fds, count, deadline);
    long bits = 0;
    for (int fd = 0; ready >= 0 && fd < count; fd++) {
        short events = fds[fd].fd < 0 ? 0 : fds[fd].revents;
        if (events & POLLNVAL) {
            bits = -EBADF;
            break;
        }
        short failed = events & (POLLERR | POLLHUP);
        fd_set *const sets[] = {read, write, except};
        const short wanted[] = {POLLIN | failed, POLLOUT | failed, POLLPRI};
        for (int i = 0; i < 3; i++) {
            if (!in_set(fd, sets[i]))
                continue;
            if (events & wanted[i])
                bits++;
            else
                FD_CLR(fd, sets[i]);
        }
    }
    uk_free(uk_alloc_get_default(), fds);
    return bits;
}

UK_SYSCALL(pselect6) {
    return select_until(a[0], (fd_set *)a[1], (fd_set *)a[2], (fd_set *)a[3],
                        deadline_of((const struct timespec *)a[4]));
}

#ifdef SYS_select
UK_SYSCALL(select) {
    const struct timeval *limit = (const struct timeval *)a[4];
    __nsec deadline = UK_TIME_NEVER;
    if (limit)
        deadline = uk_time_after(ukplat_monotonic_clock(), limit->tv_sec,
                                 limit->tv_usec * UK_NSEC_PER_USEC);
    return select_until(a[0], (fd_set *)a[1], (fd_set *)a[2], (fd_set *)a[3], deadline);
}
#endif
