/* Clocks and sleeping (clock_gettime(2), nanosleep(2)). */
#include <sys/time.h>
#include <time.h>
#include <uk/sched.h>
#include <uk/syscall.h>

/* Negative where there is no such clock. */
static __nsec now(long clock) {
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        return ukplat_wall_clock();
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_PROCESS_CPUTIME_ID:
        return ukplat_monotonic_clock();
    case CLOCK_THREAD_CPUTIME_ID:
        return uk_thread_current()->run_time + ukplat_monotonic_clock() -
               uk_thread_current()->running_since;
    default:
        return -EINVAL;
    }
}

static struct timespec timespec_of(__nsec time) {
    return (struct timespec){.tv_sec = time / UK_NSEC_PER_SEC, .tv_nsec = time % UK_NSEC_PER_SEC};
}

static bool valid(const struct timespec *time) {
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < UK_NSEC_PER_SEC;
}

UK_SYSCALL(clock_gettime) {
    __nsec time = now(a[0]);
    if (time < 0)
        return time;
    *(struct timespec *)a[1] = timespec_of(time);
    return 0;
}

UK_SYSCALL(clock_getres) {
    if (a[1])
        *(struct timespec *)a[1] = timespec_of(1);
    return now(a[0]) < 0 ? -EINVAL : 0;
}

UK_SYSCALL(gettimeofday) {
    __nsec time = ukplat_wall_clock();
    *(struct timeval *)a[0] = (struct timeval){
        .tv_sec = time / UK_NSEC_PER_SEC,
        .tv_usec = time % UK_NSEC_PER_SEC / UK_NSEC_PER_USEC,
    };
    return 0;
}

UK_SYSCALL(nanosleep) {
    const struct timespec *duration = (const struct timespec *)a[0];
    if (!valid(duration))
        return -EINVAL;
    uk_sched_sleep(uk_time_after(0, duration->tv_sec, duration->tv_nsec));
    return 0;
}

UK_SYSCALL(clock_nanosleep) {
    const struct timespec *time = (const struct timespec *)a[2];
    if (!valid(time) || now(a[0]) < 0)
        return -EINVAL;
    __nsec duration = uk_time_after(0, time->tv_sec, time->tv_nsec);
    if (a[1] & TIMER_ABSTIME)
        duration -= now(a[0]);
    if (duration > 0)
        uk_sched_sleep(duration);
    return 0;
}
