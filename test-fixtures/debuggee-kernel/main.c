/* What a debugger is told of a kernel: threads that wait, messages, events, faults. */
#include <string.h>
#include <uk/print.h>
#include <uk/trace.h>

#include "kernel.h"

int main(int argc, char *argv[]) {
    const char *what = argc > 1 ? argv[1] : "waits";
    uk_pr_info("doing %s\n", what);
    uk_trace("begin", argc, 0);
    uk_trace("__proto__", 1, 2);
    if (strcmp(what, "waits") == 0)
        waits();
    else if (strcmp(what, "spin") == 0)
        spins();
    else if (strcmp(what, "lasts") == 0)
        lasts();
    else
        fault(what);
    return 0;
}
