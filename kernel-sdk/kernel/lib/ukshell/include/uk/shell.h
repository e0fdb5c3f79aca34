/* Commands of the embedded shell. */
#ifndef UK_SHELL_H
#define UK_SHELL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where a command's answer goes. */
struct uk_shell {
    void (*write)(struct uk_shell *shell, const char *text, size_t size);
    void *data;
};

__attribute__((format(printf, 2, 3))) void uk_shell_printf(struct uk_shell *shell,
                                                           const char *format, ...);

struct uk_shell_command {
    const char *name;
    /* Its arguments, "" for none, and what it does, in a line. */
    const char *arguments, *help;
    void (*run)(struct uk_shell *shell, int argc, char *argv[]);
};

/* Adds a command: UK_SHELL_COMMAND(greet, "NAME", "says hello", greet). */
#define UK_SHELL_COMMAND(name, arguments, help, function)                                          \
    static const struct uk_shell_command uk_shell_command_##name                                   \
        __attribute__((used, aligned(8), section("uk_shell_commands"))) = {#name, arguments, help, \
                                                                           function}

/* Runs one line. */
void uk_shell_run(struct uk_shell *shell, char *line);

#ifdef __cplusplus
}
#endif

#endif
