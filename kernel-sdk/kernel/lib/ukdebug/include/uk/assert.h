/* Assertions: a condition that does not hold is a panic that names it. */
#ifndef UK_ASSERT_H
#define UK_ASSERT_H

#include <uk/config.h>

#ifdef __cplusplus
extern "C" {
#endif

__attribute__((noreturn)) void uk_assert_failed(const char *condition, const char *file, int line);

#ifdef CONFIG_LIBUKDEBUG_ENABLE_ASSERT
#define UK_ASSERT(condition)                                                                       \
    do {                                                                                           \
        if (!(condition))                                                                          \
            uk_assert_failed(#condition, __FILE__, __LINE__);                                      \
    } while (0)
#else
/* Not evaluated, but what it names counts as used. */
#define UK_ASSERT(condition)                                                                       \
    do {                                                                                           \
        (void)sizeof((condition) ? 1 : 0);                                                         \
    } while (0)
#endif

#ifdef __cplusplus
}
#endif

#endif
