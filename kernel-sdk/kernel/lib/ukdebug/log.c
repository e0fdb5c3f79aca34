/* A ring of text. */
#include <uk/arch/lcpu.h>
#include <uk/config.h>
#include <uk/log.h>

static char ring[CONFIG_LIBUKDEBUG_LOG_SIZE];
/* Bytes since boot; the last CONFIG_LIBUKDEBUG_LOG_SIZE of them are in the ring. */
static size_t total;

void uk_log_append(const char *text, size_t size) {
    unsigned long flags = ukarch_irq_save();
    for (size_t i = 0; i < size; i++)
        ring[total++ % sizeof(ring)] = text[i];
    ukarch_irq_restore(flags);
}

size_t uk_log_read(size_t *position, char *to, size_t size) {
    unsigned long flags = ukarch_irq_save();
    if (total > sizeof(ring) && *position < total - sizeof(ring))
        *position = total - sizeof(ring);
    size_t count = 0;
    while (count < size && *position < total)
        to[count++] = ring[(*position)++ % sizeof(ring)];
    ukarch_irq_restore(flags);
    return count;
}
