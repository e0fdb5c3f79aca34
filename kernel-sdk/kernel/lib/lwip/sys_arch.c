/* What lwIP asks of an operating system (its doc/sys_arch.txt), on lib/uksched. */
#include <lwip/sys.h>
#include <stdarg.h>
#include <stdlib.h>
#include <uk/arch/lcpu.h>
#include <uk/assert.h>
#include <uk/format.h>
#include <uk/mutex.h>
#include <uk/panic.h>
#include <uk/print.h>
#include <uk/random.h>
#include <uk/sched.h>
#include <uk/semaphore.h>
#include <uk/vfs.h>

struct sys_arch_mbox {
    int size;
    struct uk_semaphore room, messages;
    int first, used;
    void *ring[];
};

void sys_init(void) {}

u32_t sys_now(void) {
    return ukplat_monotonic_clock() / UK_NSEC_PER_MSEC;
}

/* lwIP's zero means for ever. */
static __nsec deadline_of(u32_t milliseconds) {
    if (milliseconds == 0)
        return UK_TIME_NEVER;
    return ukplat_monotonic_clock() + milliseconds * UK_NSEC_PER_MSEC;
}

err_t sys_sem_new(sys_sem_t *semaphore, u8_t count) {
    *semaphore = malloc(sizeof(**semaphore));
    if (*semaphore == NULL)
        return ERR_MEM;
    uk_semaphore_init(*semaphore, count);
    (*semaphore)->waiting.name = "the network";
    return ERR_OK;
}

void sys_sem_free(sys_sem_t *semaphore) {
    free(*semaphore);
}

void sys_sem_signal(sys_sem_t *semaphore) {
    uk_semaphore_up(*semaphore);
}

u32_t sys_arch_sem_wait(sys_sem_t *semaphore, u32_t milliseconds) {
    return uk_semaphore_down_until(*semaphore, deadline_of(milliseconds)) ? 0 : SYS_ARCH_TIMEOUT;
}

err_t sys_mutex_new(sys_mutex_t *mutex) {
    *mutex = calloc(1, sizeof(**mutex));
    if (*mutex == NULL)
        return ERR_MEM;
    (*mutex)->waiting.name = "lwIP's lock";
    return ERR_OK;
}

void sys_mutex_free(sys_mutex_t *mutex) {
    free(*mutex);
}

void sys_mutex_lock(sys_mutex_t *mutex) {
    uk_mutex_lock(*mutex);
}

void sys_mutex_unlock(sys_mutex_t *mutex) {
    uk_mutex_unlock(*mutex);
}

err_t sys_mbox_new(sys_mbox_t *mailbox, int size) {
    if (size == 0)
        size = 16;
    *mailbox = calloc(1, sizeof(**mailbox) + size * sizeof(void *));
    if (*mailbox == NULL)
        return ERR_MEM;
    (*mailbox)->size = size;
    uk_semaphore_init(&(*mailbox)->room, size);
    uk_semaphore_init(&(*mailbox)->messages, 0);
    (*mailbox)->messages.waiting.name = "the network";
    return ERR_OK;
}

void sys_mbox_free(sys_mbox_t *mailbox) {
    free(*mailbox);
}

static void put(struct sys_arch_mbox *mailbox, void *message) {
    unsigned long flags = ukarch_irq_save();
    mailbox->ring[(mailbox->first + mailbox->used++) % mailbox->size] = message;
    uk_semaphore_up(&mailbox->messages);
    ukarch_irq_restore(flags);
}

static void take(struct sys_arch_mbox *mailbox, void **message) {
    unsigned long flags = ukarch_irq_save();
    if (message)
        *message = mailbox->ring[mailbox->first];
    mailbox->first = (mailbox->first + 1) % mailbox->size;
    mailbox->used--;
    uk_semaphore_up(&mailbox->room);
    ukarch_irq_restore(flags);
}

void sys_mbox_post(sys_mbox_t *mailbox, void *message) {
    uk_semaphore_down(&(*mailbox)->room);
    put(*mailbox, message);
}

err_t sys_mbox_trypost(sys_mbox_t *mailbox, void *message) {
    if (!uk_semaphore_trydown(&(*mailbox)->room))
        return ERR_MEM;
    put(*mailbox, message);
    return ERR_OK;
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t *mailbox, void *message) {
    return sys_mbox_trypost(mailbox, message);
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *mailbox, void **message, u32_t milliseconds) {
    if (!uk_semaphore_down_until(&(*mailbox)->messages, deadline_of(milliseconds)))
        return SYS_ARCH_TIMEOUT;
    take(*mailbox, message);
    return 0;
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *mailbox, void **message) {
    if (!uk_semaphore_trydown(&(*mailbox)->messages))
        return SYS_MBOX_EMPTY;
    take(*mailbox, message);
    return 0;
}

sys_thread_t sys_thread_new(const char *name, lwip_thread_fn entry, void *argument, int stack_size,
                            int priority) {
    (void)stack_size, (void)priority;
    struct uk_thread *thread = uk_thread_create(name, entry, argument);
    UK_ASSERT(thread != NULL);
    uk_thread_detach(thread);
    return thread;
}

sys_prot_t sys_arch_protect(void) {
    return ukarch_irq_save();
}

void sys_arch_unprotect(sys_prot_t flags) {
    ukarch_irq_restore(flags);
}

void uk_lwip_thread_alive(void) {
    uk_poll_wake();
}

unsigned int uk_lwip_random(void) {
    unsigned int value;
    uk_random_fill(&value, sizeof(value));
    return value;
}

void uk_lwip_message(const char *format, ...) {
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    uk_vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    uk_pr_warn("%s", text);
}

void uk_lwip_assert(const char *message, const char *file, int line) {
    struct uk_panic_info info = {.reason = message, .file = file, .line = line};
    uk_panic(&info);
}
