/* What is typed on the console. */
#ifndef UK_CONSOLE_INPUT_H
#define UK_CONSOLE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Called by the serial driver in its interrupt, for each byte. */
void uk_console_receive(char byte);

/* The serial driver's: interrupts for received bytes from here on. */
void uk_console_enable_input(void);

/* Up to `size` bytes; with `wait`, sleeps until there is one. Returns how many. */
long uk_console_read(void *to, size_t size, bool wait);
bool uk_console_readable(void);

#ifdef __cplusplus
}
#endif

#endif
