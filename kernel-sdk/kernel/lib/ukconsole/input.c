/* A ring of received bytes, and those who wait for them. */
#include <errno.h>
#include <uk/console_input.h>
#include <uk/init.h>
#include <uk/sched.h>

#define RING_SIZE 1024

static char ring[RING_SIZE];
static size_t first, used;
static struct uk_waitq readers = {.name = "a key"};

/* Weak: there may be no files to poll. */
__attribute__((weak)) void uk_poll_wake(void);

void uk_console_receive(char byte) {
    /* What does not fit is lost, as on any serial line. */
    if (used == RING_SIZE)
        return;
    ring[(first + used++) % RING_SIZE] = byte;
    uk_waitq_wake_one(&readers);
    if (uk_poll_wake)
        uk_poll_wake();
}

bool uk_console_readable(void) {
    return used > 0;
}

long uk_console_read(void *to, size_t size, bool wait) {
    if (!wait && used == 0)
        return -EAGAIN;
    uk_waitq_wait_event(&readers, used > 0, UK_TIME_NEVER);
    unsigned long flags = ukarch_irq_save();
    size_t count = 0;
    for (; count < size && used > 0; count++) {
        ((char *)to)[count] = ring[first];
        first = (first + 1) % RING_SIZE;
        used--;
    }
    ukarch_irq_restore(flags);
    return count;
}

UK_INIT(UK_INIT_BUS, uk_console_enable_input);
