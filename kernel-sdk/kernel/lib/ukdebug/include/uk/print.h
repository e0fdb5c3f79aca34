/* Kernel messages with levels, as in Unikraft. Levels that are not configured cost nothing. */
#ifndef UK_PRINT_H
#define UK_PRINT_H

#include <uk/config.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UK_PRINT_CRIT  0
#define UK_PRINT_ERR   1
#define UK_PRINT_WARN  2
#define UK_PRINT_INFO  3
#define UK_PRINT_DEBUG 4

#if defined(CONFIG_LIBUKDEBUG_PRINTK_DEBUG)
#define UK_PRINT_LEVEL UK_PRINT_DEBUG
#elif defined(CONFIG_LIBUKDEBUG_PRINTK_INFO)
#define UK_PRINT_LEVEL UK_PRINT_INFO
#elif defined(CONFIG_LIBUKDEBUG_PRINTK_WARN)
#define UK_PRINT_LEVEL UK_PRINT_WARN
#elif defined(CONFIG_LIBUKDEBUG_PRINTK_ERR)
#define UK_PRINT_LEVEL UK_PRINT_ERR
#else
#define UK_PRINT_LEVEL UK_PRINT_CRIT
#endif

/* `library` is the name of the library that speaks. */
__attribute__((format(printf, 3, 4))) void uk_printk(int level, const char *library,
                                                     const char *format, ...);

/* The builder defines __LIBNAME__ for each library. */
#define uk_pr(level, ...)                                                                          \
    do {                                                                                           \
        if ((level) <= UK_PRINT_LEVEL)                                                             \
            uk_printk(level, __LIBNAME__, __VA_ARGS__);                                            \
    } while (0)

#define uk_pr_debug(...) uk_pr(UK_PRINT_DEBUG, __VA_ARGS__)
#define uk_pr_info(...)  uk_pr(UK_PRINT_INFO, __VA_ARGS__)
#define uk_pr_warn(...)  uk_pr(UK_PRINT_WARN, __VA_ARGS__)
#define uk_pr_err(...)   uk_pr(UK_PRINT_ERR, __VA_ARGS__)
#define uk_pr_crit(...)  uk_pr(UK_PRINT_CRIT, __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
