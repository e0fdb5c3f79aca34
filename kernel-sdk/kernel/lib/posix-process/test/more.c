/* Ways for threads to wait, times that never come, signals, and memory that is short. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define WORKERS 4

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static pthread_barrier_t barrier;
static int once_count, destroyed, came_last;

static void count_once(void) {
    once_count++;
}

static void destroy(void *value) {
    destroyed += *(int *)value;
}

static void *work(void *unused) {
    (void)unused;
    static int one = 1;
    pthread_once(&once, count_once);
    pthread_setspecific(key, &one);
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
        came_last++;
    return NULL;
}

static void use_workers(void) {
    pthread_t threads[WORKERS];
    pthread_key_create(&key, destroy);
    pthread_barrier_init(&barrier, NULL, WORKERS);
    for (int i = 0; i < WORKERS; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    printf("once: %d\nown values that were destroyed: %d\nbarrier: %d of %d came last\n",
           once_count, destroyed, came_last, WORKERS);
}

/* `milliseconds` from now. */
static struct timespec soon(long milliseconds) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_nsec += milliseconds * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static void *post(void *semaphore) {
    usleep(1000);
    sem_post(semaphore);
    return NULL;
}

static void use_semaphore(void) {
    sem_t semaphore;
    pthread_t thread;
    sem_init(&semaphore, 0, 0);
    pthread_create(&thread, NULL, post, &semaphore);
    int first = sem_wait(&semaphore);
    struct timespec limit = soon(5);
    sem_timedwait(&semaphore, &limit);
    printf("semaphore: %d, then %s\n", first, strerror(errno));
    pthread_join(thread, NULL);
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static int readers, most_readers, readers_beside_writer;

static void *read_locked(void *unused) {
    (void)unused;
    pthread_rwlock_rdlock(&rwlock);
    if (++readers > most_readers)
        most_readers = readers;
    usleep(5000);
    readers--;
    pthread_rwlock_unlock(&rwlock);
    return NULL;
}

static void use_rwlock(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, read_locked, NULL);
    usleep(1000);
    pthread_rwlock_wrlock(&rwlock);
    readers_beside_writer = readers;
    pthread_rwlock_unlock(&rwlock);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    printf("readers: %d at once, and a writer %s\n", most_readers,
           readers_beside_writer ? "beside" : "alone");
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void *lock_other(void *unused) {
    (void)unused;
    int busy = pthread_mutex_trylock(&mutex);
    struct timespec limit = soon(5);
    int late = pthread_mutex_timedlock(&mutex, &limit);
    printf("locked by another: %s, then %s\n", strerror(busy), strerror(late));
    return NULL;
}

static void use_limits(void) {
    struct timespec before, after, limit = soon(50);
    pthread_t thread;
    pthread_mutex_lock(&mutex);
    clock_gettime(CLOCK_MONOTONIC, &before);
    int result = pthread_cond_timedwait(&never, &mutex, &limit);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long passed =
        (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    printf("condition: %s, %s\n", strerror(result),
           passed >= 49 && passed < 1000 ? "50 ms later" : "at another time");
    pthread_create(&thread, NULL, lock_other, NULL);
    pthread_join(thread, NULL);
    pthread_mutex_unlock(&mutex);
}

static const struct timespec end_of_time = {.tv_sec = LONG_MAX, .tv_nsec = 999999999};
static volatile int returned;

static void *wait_for_ever(void *unused) {
    (void)unused;
    pthread_mutex_lock(&mutex);
    pthread_cond_timedwait(&never, &mutex, &end_of_time);
    pthread_mutex_unlock(&mutex);
    returned = 1;
    return NULL;
}

static void *sleep_for_ever(void *unused) {
    (void)unused;
    nanosleep(&end_of_time, NULL);
    returned = 1;
    return NULL;
}

static void *poll_for_ever(void *unused) {
    (void)unused;
    ppoll(NULL, 0, &end_of_time, NULL);
    returned = 1;
    return NULL;
}

static void for_ever(const char *what, void *(*function)(void *)) {
    pthread_t thread;
    returned = 0;
    pthread_create(&thread, NULL, function, NULL);
    pthread_detach(thread);
    usleep(20000);
    printf("%s for ever: %s\n", what, returned ? "not" : "still");
}

static void use_times(void) {
    const struct timespec none = {.tv_nsec = 1000000000}, past = {.tv_sec = 1};
    struct timespec time;
    for_ever("waiting", wait_for_ever);
    for_ever("sleeping", sleep_for_ever);
    for_ever("polling", poll_for_ever);
    nanosleep(&none, NULL);
    printf("a time that is none: %s\n", strerror(errno));
    clock_gettime(77, &time);
    printf("a clock that is none: %s\n", strerror(errno));
    printf("in the past: %d\n", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, NULL));
}

static void handle(int number, siginfo_t *info, void *context) {
    (void)context;
    printf("handled: %d with %d\n", number, info->si_signo);
}

static void use_signals(void) {
    const struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    signal(SIGTERM, SIG_IGN);
    printf("ignored: %d\n", raise(SIGTERM));
    raise(1000);
    printf("no such signal: %s\n", strerror(errno));
}

static const char *map(size_t size, int rights) {
    void *memory = mmap(NULL, size, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? strerror(errno) : "given";
}

static void use_maps(void) {
    printf("all of memory: %s\n", map(SIZE_MAX, PROT_READ));
    printf("nothing: %s\n", map(0, PROT_READ));
    printf("executable: %s\n", map(4096, PROT_READ | PROT_EXEC));
    char *memory = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(memory, 8192, PROT_READ | PROT_WRITE);
    memory[4096] = 'x';
    mprotect(memory, 8192, PROT_READ);
    printf("read-only, then written: %c\n", memory[4096]);
    munmap(memory, 8192);
}

static void *nothing(void *argument) {
    return argument;
}

static void *wait_at(void *barrier) {
    sem_wait(barrier);
    return NULL;
}

static void use_too_many_threads(void) {
    static pthread_t threads[10000];
    sem_t leave;
    pthread_attr_t attributes;
    int count = 0, error = 0;
    sem_init(&leave, 0, 0);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    while (count < 10000 &&
           (error = pthread_create(&threads[count], &attributes, wait_at, &leave)) == 0)
        count++;
    printf("threads until memory is short: %s\n", strerror(error));
    for (int i = 0; i < count; i++)
        sem_post(&leave);
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    error = pthread_create(&threads[0], &attributes, nothing, NULL);
    if (error == 0)
        pthread_join(threads[0], NULL);
    printf("threads afterwards: %d\n", error);
}

void use_more(void) {
    use_workers();
    use_semaphore();
    use_rwlock();
    use_limits();
    use_times();
    use_signals();
    use_maps();
    use_too_many_threads();
}
