/* An app with a command of its own, which waits for ever. */
#include <stdio.h>
#include <uk/sched.h>
#include <uk/shell.h>

static void greet(struct uk_shell *shell, int argc, char *argv[]) {
    uk_shell_printf(shell, "Hello, %s!\n", argc > 1 ? argv[1] : "whoever you are");
}
UK_SHELL_COMMAND(greet, "[NAME]", "says hello", greet);

int main(void) {
    static struct uk_waitq never = {.name = "nothing"};
    printf("main waits\n");
    uk_waitq_wait_event(&never, false, UK_TIME_NEVER);
    return 0;
}
