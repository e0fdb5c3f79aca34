/* Five philosophers think and eat, each a thread. Set a breakpoint in `dine` and look at the
 * others. */
#include <stdio.h>
#include <uk/sched.h>
#include <uk/trace.h>

#include "table.h"

#define MEALS 3

struct philosopher {
    const char *name;
    int seat;
    int meals;
    struct uk_thread *thread;
};

static struct philosopher philosophers[SEATS] = {
    {.name = "Hypatia"}, {.name = "Aspasia"}, {.name = "Thales"},
    {.name = "Zeno"},    {.name = "Diotima"},
};

static void dine(void *argument) {
    struct philosopher *self = argument;
    while (self->meals < MEALS) {
        uk_sched_sleep((10 + 3 * self->seat) * UK_NSEC_PER_MSEC);
        table_take_forks(self->seat);
        self->meals++;
        uk_trace("eats", self->seat, self->meals);
        printf("%s eats meal %d.\n", self->name, self->meals);
        uk_sched_sleep(5 * UK_NSEC_PER_MSEC);
        table_put_forks(self->seat);
    }
}

int main(void) {
    for (int seat = 0; seat < SEATS; seat++) {
        struct philosopher *philosopher = &philosophers[seat];
        philosopher->seat = seat;
        philosopher->thread = uk_thread_create(philosopher->name, dine, philosopher);
        if (philosopher->thread == NULL) {
            printf("There is no memory for %s.\n", philosopher->name);
            return 1;
        }
    }

    int meals = 0;
    for (int seat = 0; seat < SEATS; seat++) {
        uk_thread_join(philosophers[seat].thread);
        meals += philosophers[seat].meals;
    }
    printf("%d philosophers had %d meals, and nobody starved.\n", SEATS, meals);
    return 0;
}
