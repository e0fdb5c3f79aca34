/* The kernel console, which a serial driver provides. */
#ifndef UK_CONSOLE_H
#define UK_CONSOLE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

void uk_console_init(void);
void uk_console_write(const char *text, size_t length);

/* Formatted by uk_vsnprintf; at most 255 characters, and cut behind them. */
__attribute__((format(printf, 1, 2))) void uk_console_printf(const char *format, ...);

#ifdef __cplusplus
}
#endif

#endif
