/* Waits while somebody types to the shell. */
#include <uk/sched.h>
#include <uk/time.h>

int main(void) {
    uk_sched_sleep(60 * UK_NSEC_PER_SEC);
    return 0;
}
