/* Lines to commands. */
#include <stdarg.h>
#include <string.h>
#include <uk/format.h>
#include <uk/shell.h>

#define ARGUMENTS_MAX 16
#define TEXT_SIZE     256

extern const struct uk_shell_command __start_uk_shell_commands[], __stop_uk_shell_commands[];

void uk_shell_printf(struct uk_shell *shell, const char *format, ...) {
    char text[TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    uk_vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    shell->write(shell, text, strlen(text));
}

static int split(char *line, char *argv[]) {
    int argc = 0;
    for (char *at = line; argc < ARGUMENTS_MAX;) {
        while (*at == ' ' || *at == '\t')
            *at++ = '\0';
        if (*at == '\0')
            break;
        argv[argc++] = at;
        while (*at != '\0' && *at != ' ' && *at != '\t')
            at++;
    }
    return argc;
}

void uk_shell_run(struct uk_shell *shell, char *line) {
    char *argv[ARGUMENTS_MAX];
    int argc = split(line, argv);
    if (argc == 0)
        return;
    const struct uk_shell_command *command = __start_uk_shell_commands;
    for (; command < __stop_uk_shell_commands; command++) {
        if (strcmp(command->name, argv[0]) == 0) {
            command->run(shell, argc, argv);
            return;
        }
    }
    uk_shell_printf(shell, "There is no command '%s'; 'help' lists them.\n", argv[0]);
}

static void help(struct uk_shell *shell, int argc, char *argv[]) {
    (void)argc, (void)argv;
    const struct uk_shell_command *command = __start_uk_shell_commands;
    for (; command < __stop_uk_shell_commands; command++)
        uk_shell_printf(shell, "%-9s %-14s %s\n", command->name, command->arguments, command->help);
}
UK_SHELL_COMMAND(help, "", "lists the commands", help);
