/* The words before "--" on the kernel command line. */
#include "parameters.h"

#include <string.h>
#include <uk/parameter.h>
#include <uk/print.h>

extern const struct uk_parameter __start_uk_parameters[], __stop_uk_parameters[];

static const struct uk_parameter *find(const char *word, size_t length) {
    for (const struct uk_parameter *p = __start_uk_parameters; p < __stop_uk_parameters; p++)
        if (strlen(p->name) == length && memcmp(p->name, word, length) == 0)
            return p;
    return NULL;
}

static int take(char *words[], int count) {
    char *equals = strchr(words[0], '=');
    const struct uk_parameter *parameter = equals ? find(words[0], equals - words[0]) : NULL;
    if (parameter == NULL) {
        uk_pr_warn("kernel parameter '%s' is not known to any library of this image\n", words[0]);
        return 1;
    }
    if (strcmp(equals + 1, "[") != 0) {
        parameter->set(equals + 1);
        return 1;
    }
    int used = 1;
    for (; used < count && strcmp(words[used], "]") != 0; used++)
        parameter->set(words[used]);
    return used + 1;
}

int uk_boot_parameters(int argc, char *argv[]) {
    int end = 1;
    while (end < argc && strcmp(argv[end], "--") != 0)
        end++;
    if (end >= argc)
        return argc;
    for (int i = 1; i < end;)
        i += take(&argv[i], end - i);
    memmove(&argv[1], &argv[end + 1], (argc - end) * sizeof(argv[0]));
    return argc - end;
}
