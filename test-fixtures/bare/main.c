/* A kernel of nobody's making, for tests: it starts a second processor and answers keys. */
#include "machine.h"

volatile unsigned int ticks[2];

static void say(const char *text) {
    while (*text) serial_write(*text++);
}

/* The second processor's, where no other is linked. */
__attribute__((weak)) void second_main(void) {
    for (;;) ticks[1]++; /* mark: second */
}

static int answer(char key) {
    int known = 1;

    switch (key) { /* mark: answer */
    case 'q':
        machine_exit(7);
        break;
    case 'r':
        machine_reset();
        break;
    case 'o':
        machine_off();
        break;
    case 'f':
        for (int line = 0; line < 200; line++) say("\x1b[31mflood\x1b[0m of text\r\n");
        break;
    default:
        known = 0;
        serial_write(key);
    }
    return known;
}

int main(void) {
    say("bare: ready\r\n");
    __atomic_fetch_add(&ticks[0], 1, __ATOMIC_SEQ_CST);
    start_second();
    while (ticks[1] == 0) continue;
    for (;;) {
        ticks[0]++;
        if (serial_has_key()) answer(serial_read()); /* mark: loop */
    }
}
