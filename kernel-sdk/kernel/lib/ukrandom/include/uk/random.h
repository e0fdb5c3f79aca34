/* Random bytes fit for keys. */
#ifndef UK_RANDOM_H
#define UK_RANDOM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Fills memory with random bytes. */
void uk_random_fill(void *to, size_t size);

/* Called by a driver of a random-number device: `read` returns how many bytes it gave. */
void uk_random_add_source(size_t (*read)(void *to, size_t size));

#ifdef __cplusplus
}
#endif

#endif
