/* Within this library. */
#ifndef POSIX_PROCESS_H
#define POSIX_PROCESS_H

/* Wakes at most `count` threads that wait for a futex; returns how many. */
int posix_futex_wake(volatile int *address, int count);

#endif
