/* Kernel messages on the console. */
#include <stdarg.h>
#include <string.h>
#include <uk/console.h>
#include <uk/format.h>
#include <uk/log.h>
#include <uk/print.h>

#define MESSAGE_SIZE 256

static const char *const levels[] = {"Crit", "Err", "Warn", "Info", "Debug"};

static void write_text(const char *text) {
    uk_console_write(text, strlen(text));
}

static void write_message(const char *text) {
    write_text(text);
#ifdef CONFIG_LIBUKDEBUG_LOG
    uk_log_append(text, strlen(text));
#endif
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
    int length = uk_vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    /* The next message begins on a line of its own, however much of this one is cut. */
    if (length >= MESSAGE_SIZE)
        message[MESSAGE_SIZE - 2] = '\n';
    write_message(levels[level]);
    write_message(": [");
    write_message(library);
    write_message("] ");
    write_message(message);
}
