/* The forks are mutexes. Everyone takes the lower-numbered one first, so that no circle of waiting
 * closes. */
#include "table.h"

#include <uk/mutex.h>

static struct uk_mutex forks[SEATS];

static int left_of(int seat) {
    return seat;
}

static int right_of(int seat) {
    return (seat + 1) % SEATS;
}

void table_take_forks(int seat) {
    int left = left_of(seat), right = right_of(seat);
    uk_mutex_lock(&forks[left < right ? left : right]);
    uk_mutex_lock(&forks[left < right ? right : left]);
}

void table_put_forks(int seat) {
    uk_mutex_unlock(&forks[left_of(seat)]);
    uk_mutex_unlock(&forks[right_of(seat)]);
}
