#ifndef _STRING_H
#define _STRING_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

void *memchr(const void *memory, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memcpy(void *__restrict to, const void *__restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *memory, int byte, size_t size);
char *strchr(const char *text, int character);
int strcmp(const char *a, const char *b);
char *strcpy(char *__restrict to, const char *__restrict from);
size_t strlen(const char *text);
int strncmp(const char *a, const char *b, size_t limit);
char *strncpy(char *__restrict to, const char *__restrict from, size_t size);
size_t strnlen(const char *text, size_t limit);
char *strrchr(const char *text, int character);
char *strstr(const char *text, const char *part);

#ifdef __cplusplus
}
#endif

#endif
