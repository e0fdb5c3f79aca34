/* What a POSIX program may expect, and, with an argument, what it must not do. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <uk/alloc.h>
#include <uk/sched.h>

#define MANY 1000

static __thread int own = 5;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;

static void *take_turns(void *argument) {
    int me = (int)(long)argument;
    for (int round = 0; round < 100; round++) {
        pthread_mutex_lock(&mutex);
        while (turn % 2 != me)
            pthread_cond_wait(&changed, &mutex);
        turn++;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&mutex);
    }
    own += me;
    errno = 100 + me;
    return (void *)(long)(own * 1000 + errno);
}

static void *nothing(void *argument) {
    return argument;
}

static size_t heap_used(void) {
    struct uk_alloc_stats stats;
    uk_alloc_get_stats(&stats);
    return stats.used;
}

static void test_threads(void) {
    pthread_t threads[2];
    void *results[2];
    errno = 7;
    for (long i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, take_turns, (void *)i);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], &results[i]);
    printf("threads: %d turns, %ld and %ld, errno %d, own %d\n", turn, (long)results[0],
           (long)results[1], errno, own);
}

static void make_and_join(int count) {
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, nothing, NULL) != 0)
            printf("thread %d could not be made\n", i);
        pthread_join(thread, NULL);
    }
}

static void make_and_detach(int count) {
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, nothing, NULL);
        pthread_detach(thread);
        usleep(100);
    }
    usleep(10000);
}

static void test_many_threads(void) {
    make_and_join(10);
    make_and_detach(10);
    size_t before = heap_used();
    make_and_join(MANY);
    printf("joined: %ld bytes more\n", (long)(heap_used() - before));
    make_and_detach(100);
    printf("detached: %ld bytes more\n", (long)(heap_used() - before));
}

static int compare(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

static void test_library(void) {
    int numbers[] = {5, 3, 9, 1};
    jmp_buf place;
    char text[64];
    qsort(numbers, 4, sizeof(int), compare);
    printf("sorted: %d %d %d %d\n", numbers[0], numbers[1], numbers[2], numbers[3]);
    if (setjmp(place) == 0)
        longjmp(place, 1);
    else
        printf("jumped back\n");
    printf("math: %.6f %.3f %g\n", sin(1), strtod("2.5e3", NULL), pow(2, 0.5));
    time_t moment = 86400;
    strftime(text, sizeof(text), "%Y-%m-%d", gmtime(&moment));
    printf("date: %s\n", text);
    printf("environment: %s\n", getenv("COLOUR") ? getenv("COLOUR") : "none");
    errno = 0;
    pid_t child = fork();
    printf("fork: %d, %s\n", child, strerror(errno));
    fork();
    void *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("mmap: %s, %d\n", pages == MAP_FAILED ? "failed" : "zeroed", *(int *)pages);
    munmap(pages, 8192);
    errno = 0;
    void *most = malloc((size_t)1 << 40);
    printf("malloc: %s, %s\n", most ? "given" : "NULL", strerror(errno));
}

static void *dig(void *depth) {
    volatile char space[1024];
    space[0] = (long)depth;
    return (long)depth < 0 ? NULL : (char *)dig((char *)depth + 1) + space[0];
}

static void dig_in_kernel_thread(void *depth) {
    dig(depth);
}

static void overflow_kernel_thread(void) {
    uk_thread_join(uk_thread_create("miner", dig_in_kernel_thread, NULL));
}

static void say_goodbye(void) {
    printf("goodbye\n");
}

void use_more(void);

int main(int argc, char *argv[]) {
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "abort") == 0)
        abort();
    if (strcmp(what, "crash") == 0)
        free((void *)0x1234560);
    if (strcmp(what, "overflow") == 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, dig, NULL);
        pthread_setname_np(thread, "greedy");
        pthread_join(thread, NULL);
    }
    if (strcmp(what, "more") == 0) {
        use_more();
        exit(200);
    }
    if (strcmp(what, "wild-pointer") == 0)
        *(volatile int *)0x123456789000 = 1;
    if (strcmp(what, "null-call") == 0)
        ((void (*volatile)(void))NULL)();
    if (strcmp(what, "terminate") == 0)
        raise(SIGTERM);
    if (strcmp(what, "kernel-thread") == 0)
        overflow_kernel_thread();
    atexit(say_goodbye);
    test_threads();
    test_many_threads();
    test_library();
    return 42;
}
