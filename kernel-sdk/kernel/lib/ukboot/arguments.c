/* The kernel command line as argc and argv. */
#include "arguments.h"

#include <stdbool.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/assert.h>

int uk_boot_arguments(const char *line, char *argv[], int limit) {
    /* Every argument with its end is at most as long as what it was read from. */
    char *to = uk_malloc(uk_alloc_get_default(), strlen(line) + 1);
    UK_ASSERT(to != NULL);
    int argc = 0;
    while (argc < limit) {
        while (*line == ' ' || *line == '\t')
            line++;
        if (*line == '\0')
            break;
        argv[argc++] = to;
        bool quoted = false;
        for (; *line != '\0' && (quoted || (*line != ' ' && *line != '\t')); line++) {
            if (*line == '"') {
                quoted = !quoted;
                continue;
            }
            if (*line == '\\' && line[1] != '\0')
                line++;
            *to++ = *line;
        }
        if (*line != '\0')
            line++;
        *to++ = '\0';
    }
    argv[argc] = NULL;
    return argc;
}
