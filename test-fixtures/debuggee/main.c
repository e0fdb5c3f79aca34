/* Does what its first argument says: the debugger's tests choose the ending they want to see. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

static int calls;

static void write_to(int *where) {
    *where = 42; /* mark: fault */
}

static void spin(void) {
    volatile unsigned long turns = 0;
    printf("spinning\n");
    for (;;)
        turns++; /* mark: spin */
}

int main(int argc, char *argv[]) {
    const char *what = argc > 1 ? argv[1] : "walk";
    calls++; /* mark: first line */
    printf("doing %s\n", what);
    if (strcmp(what, "exit") == 0)
        return atoi(argv[2]);
    if (strcmp(what, "fault") == 0)
        write_to(NULL);
    if (strcmp(what, "spin") == 0)
        spin();
    struct shape shape = {.name = "square", .sides = 4, .corner = {3, 4}};
    int total = walk(&shape); /* mark: call walk */
    printf("total %d\n", total);
    return 0;
}
