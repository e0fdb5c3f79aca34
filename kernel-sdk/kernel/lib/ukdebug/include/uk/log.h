/* The kernel's messages, kept for whoever looks later (CONFIG_LIBUKDEBUG_LOG). */
#ifndef UK_LOG_H
#define UK_LOG_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Keeps a piece of text; the oldest gives way. */
void uk_log_append(const char *text, size_t size);

/*
 * Copies up to `size` bytes from `*position`, which starts at 0 and moves on; 0 at the end. What
 * has given way is skipped.
 */
size_t uk_log_read(size_t *position, char *to, size_t size);

#ifdef __cplusplus
}
#endif

#endif
