/* Kernel messages on the console. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <uk/console.h>
#include <uk/print.h>

#define MESSAGE_SIZE 256

static const char *const levels[] = {"Crit", "Err", "Warn", "Info", "Debug"};

static void write_text(const char *text) {
    uk_console_write(text, strlen(text));
}

void uk_printk(int level, const char *library, const char *format, ...) {
    char message[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    write_text(levels[level]);
    write_text(": [");
    write_text(library);
    write_text("] ");
    write_text(message);
}
