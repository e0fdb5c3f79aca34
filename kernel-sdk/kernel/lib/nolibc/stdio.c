/* Output on the console. */
#include <stdio.h>
#include <string.h>
#include <uk/console.h>
#include <uk/format.h>

/* Longer output is cut: there is no heap before the heap is there. */
#define LINE_MAX 512

int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list arguments) {
    return uk_vsnprintf(to, size, format, arguments);
}

int snprintf(char *restrict to, size_t size, const char *restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = uk_vsnprintf(to, size, format, arguments);
    va_end(arguments);
    return length;
}

int vprintf(const char *restrict format, va_list arguments) {
    char line[LINE_MAX];
    int length = vsnprintf(line, sizeof(line), format, arguments);
    uk_console_write(line, strlen(line));
    return length;
}

int printf(const char *restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vprintf(format, arguments);
    va_end(arguments);
    return length;
}

int putchar(int character) {
    char byte = character;
    uk_console_write(&byte, 1);
    return (unsigned char)byte;
}

int puts(const char *text) {
    uk_console_write(text, strlen(text));
    return putchar('\n');
}
