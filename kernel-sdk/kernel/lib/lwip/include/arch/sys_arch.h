/* lwIP's threads, semaphores and mailboxes are the kernel's (sys_arch.c). */
#ifndef LWIP_ARCH_SYS_ARCH_H
#define LWIP_ARCH_SYS_ARCH_H

struct uk_mutex;
struct uk_semaphore;
struct uk_thread;
struct sys_arch_mbox;

typedef struct uk_semaphore *sys_sem_t;
typedef struct uk_mutex *sys_mutex_t;
typedef struct sys_arch_mbox *sys_mbox_t;
typedef struct uk_thread *sys_thread_t;
typedef unsigned long sys_prot_t;

#define sys_sem_valid(semaphore)       (*(semaphore) != 0)
#define sys_sem_set_invalid(semaphore) (*(semaphore) = 0)
#define sys_mutex_valid(mutex)         (*(mutex) != 0)
#define sys_mutex_set_invalid(mutex)   (*(mutex) = 0)
#define sys_mbox_valid(mailbox)        (*(mailbox) != 0)
#define sys_mbox_set_invalid(mailbox)  (*(mailbox) = 0)

#endif
