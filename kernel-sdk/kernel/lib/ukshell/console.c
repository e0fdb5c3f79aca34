/* The shell on the serial line. */
#include <uk/assert.h>
#include <uk/console.h>
#include <uk/console_input.h>
#include <uk/init.h>
#include <uk/sched.h>
#include <uk/shell.h>

#define INPUT_MAX 256
#define BACKSPACE 0x08
#define DELETE    0x7f
#define PROMPT    "uk> "

static void write_console(struct uk_shell *shell, const char *text, size_t size) {
    (void)shell;
    uk_console_write(text, size);
}

static void read_line(char line[INPUT_MAX]) {
    size_t length = 0;
    for (;;) {
        char byte;
        uk_console_read(&byte, 1, true);
        if (byte == '\r' || byte == '\n')
            break;
        if (byte == BACKSPACE || byte == DELETE) {
            if (length > 0) {
                length--;
                uk_console_write("\b \b", 3);
            }
        } else if (length + 1 < INPUT_MAX && byte >= ' ') {
            line[length++] = byte;
            uk_console_write(&byte, 1);
        }
    }
    line[length] = '\0';
    uk_console_write("\n", 1);
}

static void shell_loop(void *unused) {
    (void)unused;
    struct uk_shell shell = {.write = write_console};
    char line[INPUT_MAX];
    for (;;) {
        uk_console_write(PROMPT, sizeof(PROMPT) - 1);
        read_line(line);
        uk_shell_run(&shell, line);
    }
}

static void start_shell(void) {
    struct uk_thread *thread = uk_thread_create("shell", shell_loop, NULL);
    UK_ASSERT(thread != NULL);
    uk_thread_detach(thread);
}
UK_INIT(UK_INIT_SYS, start_shell);
