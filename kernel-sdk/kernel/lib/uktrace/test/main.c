/* Events, before there are threads and in them, for the host to read. */
#include <stdio.h>
#include <uk/init.h>
#include <uk/sched.h>
#include <uk/trace.h>

/* The ring's first event, kept before others take its place. */
struct uk_trace_event early_event;

static void trace_early(void) {
    uk_trace("early", 1, 2);
    early_event = uk_trace_ring[0];
}
UK_INIT(UK_INIT_TIME, trace_early);

static void work(void *unused) {
    (void)unused;
    uk_trace("work", 3, 4);
}

int main(void) {
    struct uk_thread *worker = uk_thread_create("worker", work, NULL);
    uk_thread_join(worker);
    printf("traced:");
    for (uint64_t i = 0; i < uk_trace_count; i++)
        printf(" %s", uk_trace_ring[i].name);
    for (uint64_t i = 0; i < 100; i++)
        uk_trace("step", i, i * i);
    printf("\n");
    for (;;)
        uk_sched_sleep(UK_NSEC_PER_SEC);
}
