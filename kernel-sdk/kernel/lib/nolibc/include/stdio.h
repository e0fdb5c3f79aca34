#ifndef _STDIO_H
#define _STDIO_H

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EOF (-1)

/* Conversions d i u x X o c s p %, with flags - 0 + space #, width, precision, and hh h l ll z t.
 */
__attribute__((format(printf, 1, 2))) int printf(const char *__restrict format, ...);
__attribute__((format(printf, 3, 4))) int snprintf(char *__restrict to, size_t size,
                                                   const char *__restrict format, ...);
int vprintf(const char *__restrict format, va_list arguments);
int vsnprintf(char *__restrict to, size_t size, const char *__restrict format, va_list arguments);
int putchar(int character);
int puts(const char *text);

#ifdef __cplusplus
}
#endif

#endif
