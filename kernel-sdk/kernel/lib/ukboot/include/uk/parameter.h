/*
 * Kernel parameters: words of the kernel command line before "--", in Unikraft's form
 * `library.name=value` or `library.name=[ "a" "b" ]`. What follows "--" are main's arguments;
 * without a "--" all words are.
 */
#ifndef UK_PARAMETER_H
#define UK_PARAMETER_H

#ifdef __cplusplus
extern "C" {
#endif

struct uk_parameter {
    const char *name;
    /* Called for the value, or for each value of a list. */
    void (*set)(const char *value);
};

/* Defines a parameter and how it is taken: UK_PARAMETER("netdev.ip", set_ip). */
#define UK_PARAMETER(name, function)                                                               \
    static const struct uk_parameter uk_parameter_##function                                       \
        __attribute__((used, aligned(8), section("uk_parameters"))) = {name, function}

#ifdef __cplusplus
}
#endif

#endif
