/* How lib/ukboot makes the heap. */
#ifndef UK_HEAP_H
#define UK_HEAP_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes `size` bytes from `start` on the default allocator's. Called once. */
void uk_heap_init(void *start, size_t size);

#ifdef __cplusplus
}
#endif

#endif
