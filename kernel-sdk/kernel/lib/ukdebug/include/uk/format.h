/* Formatting without a libc, for code that runs before, beside or after one. */
#ifndef UK_FORMAT_H
#define UK_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Conversions d i u x X o c s p %, with flags - 0 + space #, width, precision, and hh h l ll z t.
 * `to` gets at most `size` bytes, the closing zero with them; the result is the length that an
 * endless `to` would have got.
 */
int uk_vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list arguments);
__attribute__((format(printf, 3, 4))) int uk_snprintf(char *restrict to, size_t size,
                                                      const char *restrict format, ...);

#ifdef __cplusplus
}
#endif

#endif
