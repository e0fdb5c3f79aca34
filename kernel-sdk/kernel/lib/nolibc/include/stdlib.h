#ifndef _STDLIB_H
#define _STDLIB_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1

__attribute__((noreturn)) void abort(void);
__attribute__((noreturn)) void exit(int code);
int atoi(const char *text);
long strtol(const char *__restrict text, char **__restrict end, int base);
void *calloc(size_t count, size_t size);
void free(void *pointer);
void *malloc(size_t size);
void *realloc(void *pointer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
