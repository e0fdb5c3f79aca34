/* What lwIP asks of a compiler and a platform (its src/include/lwip/arch.h). */
#ifndef LWIP_ARCH_CC_H
#define LWIP_ARCH_CC_H

unsigned int uk_lwip_random(void);
void uk_lwip_message(const char *format, ...);
void uk_lwip_assert(const char *message, const char *file, int line);

#define LWIP_RAND()                   uk_lwip_random()
#define LWIP_PLATFORM_DIAG(message)   uk_lwip_message message
#define LWIP_PLATFORM_ASSERT(message) uk_lwip_assert(message, __FILE__, __LINE__)

#endif
