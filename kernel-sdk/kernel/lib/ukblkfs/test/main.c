/* Files on a disk: against a shadow, over a restart, under a kill, full, and broken. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_MAX_FILE 600000
#define ROUNDS        1500
#define FILES         3

static unsigned char *shadow[FILES];
static size_t sizes[FILES];
static uint32_t state = 7;

static uint32_t number(uint32_t limit) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % limit;
}

static int same(int i, int file) {
    static unsigned char found[SIZE_MAX_FILE];
    struct stat status;
    fstat(file, &status);
    return (size_t)status.st_size == sizes[i] &&
           pread(file, found, sizes[i], 0) == (ssize_t)sizes[i] &&
           memcmp(found, shadow[i], sizes[i]) == 0;
}

static void random_use(void) {
    static unsigned char part[20000];
    int files[FILES];
    char name[32];
    int wrong = 0;
    for (int i = 0; i < FILES; i++) {
        shadow[i] = calloc(1, SIZE_MAX_FILE);
        snprintf(name, sizeof(name), "/data/shadow%d", i);
        files[i] = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
    }
    for (int round = 0; round < ROUNDS; round++) {
        int i = number(FILES);
        size_t offset = number(SIZE_MAX_FILE - sizeof(part)), size = number(sizeof(part));
        switch (number(8)) {
        case 0:
            offset = number(SIZE_MAX_FILE);
            if (ftruncate(files[i], offset) < 0)
                wrong++;
            if (offset < sizes[i])
                memset(shadow[i] + offset, 0, sizes[i] - offset);
            sizes[i] = offset;
            break;
        case 1:
            wrong += !same(i, files[i]);
            break;
        case 2:
            if (number(10) == 0)
                fsync(files[i]);
            break;
        default:
            for (size_t at = 0; at < size; at++)
                part[at] = number(256);
            if (pwrite(files[i], part, size, offset) != (ssize_t)size)
                wrong++;
            memcpy(shadow[i] + offset, part, size);
            if (size > 0 && offset + size > sizes[i])
                sizes[i] = offset + size;
        }
    }
    for (int i = 0; i < FILES; i++) {
        wrong += !same(i, files[i]);
        close(files[i]);
    }
    printf("random use: %d wrong\n", wrong);
}

/* Each round replaces a file by a new one: after a kill there is a whole one, the last synced or a
 * newer one. */
static void count_up(void) {
    unsigned numbers[1024];
    int file = open("/data/count", O_RDWR | O_CREAT, 0644);
    ssize_t size = pread(file, numbers, sizeof(numbers), 0);
    for (size_t i = 1; size > 0 && i < size / sizeof(numbers[0]); i++)
        if (numbers[i] != numbers[0])
            printf("torn: %u beside %u\n", numbers[i], numbers[0]);
    printf("counted to %u\n", size > 0 ? numbers[0] : 0);
    for (unsigned count = size > 0 ? numbers[0] : 0;; count++) {
        for (int i = 0; i < 1024; i++)
            numbers[i] = count + 1;
        int fresh = open("/data/count.new", O_RDWR | O_CREAT | O_TRUNC, 0644);
        write(fresh, numbers, sizeof(numbers));
        fsync(fresh);
        close(fresh);
        rename("/data/count.new", "/data/count");
        printf("synced %u\n", count + 1);
    }
}

static void fill(void) {
    static char block[65536];
    int file = open("/data/full", O_RDWR | O_CREAT | O_TRUNC, 0644);
    long written = 0;
    ssize_t size;
    while ((size = write(file, block, sizeof(block))) > 0)
        written += size;
    printf("full after %ld KiB: %s\n", written / 1024, strerror(errno));
    close(file);
    unlink("/data/full");
    file = open("/data/again", O_RDWR | O_CREAT, 0644);
    printf("room again: %zd\n", write(file, block, sizeof(block)));
}

static void meet_errors(void) {
    char byte = 1;
    int file = open("/data/file", O_RDWR | O_CREAT, 0644);
    ssize_t size = write(file, &byte, 1);
    int synced = fsync(file);
    printf("write %zd, fsync %d: %s\n", size, synced, strerror(errno));
}

static void keep(const char *name, const char *content) {
    int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
    write(file, content, strlen(content));
    int synced = fsync(file);
    printf("%s: fsync %d\n", name, synced);
    close(file);
}

static void recall(const char *name) {
    char content[64] = "";
    int file = open(name, O_RDONLY);
    ssize_t size = file < 0 ? -1 : read(file, content, sizeof(content) - 1);
    printf("%s: %s\n", name, size < 0 ? strerror(errno) : content);
}

int main(int argc, char *argv[]) {
    const char *what = argc > 1 ? argv[1] : "";
    struct stat status;
    if (stat("/data", &status) < 0) {
        printf("/data: %s\n", strerror(errno));
        return 1;
    }
    if (strcmp(what, "keep") == 0) {
        keep("/data/first", "the first file");
        keep("/data/second", "the second file");
    }
    if (strcmp(what, "recall") == 0) {
        recall("/data/first");
        recall("/data/second");
    }
    if (strcmp(what, "random") == 0)
        random_use();
    if (strcmp(what, "count") == 0)
        count_up();
    if (strcmp(what, "fill") == 0)
        fill();
    if (strcmp(what, "errors") == 0)
        meet_errors();
    return 0;
}
