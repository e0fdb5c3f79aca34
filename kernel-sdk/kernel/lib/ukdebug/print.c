/* Kernel messages on the console. */
#include <stdarg.h>
#include <string.h>
#include <uk/console.h>
#include <uk/format.h>
#include <uk/print.h>

#define MESSAGE_SIZE 256

static const char *const levels[] = {"Crit", "Err", "Warn", "Info", "Debug"};

static void write_text(const char *text) {
    uk_console_write(text, strlen(text));
}

void uk_console_printf(const char *format, ...) {
    char text[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    uk_vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    write_text(text);
}

void uk_printk(int level, const char *library, const char *format, ...) {
    char message[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    uk_vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    write_text(levels[level]);
    write_text(": [");
    write_text(library);
    write_text("] ");
    write_text(message);
}
