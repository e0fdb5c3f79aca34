/* A second line to the host: echoes what comes, until "bye". */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char text[100000];

/* Until as much has gone as there is. */
static void write_all(int line, const char *from, size_t size) {
    while (size > 0) {
        ssize_t count = write(line, from, size);
        if (count <= 0) {
            printf("write: %s\n", strerror(errno));
            return;
        }
        from += count;
        size -= count;
    }
}

int main(void) {
    int line = open("/dev/hvc0", O_RDWR | O_NONBLOCK);
    struct pollfd readable = {.fd = line, .events = POLLIN};
    ssize_t size = read(line, text, 10);
    printf("nothing yet: %zd %s\n", size, strerror(errno));
    printf("poll: %d\n", poll(&readable, 1, 20));
    fcntl(line, F_SETFL, 0);
    printf("write of nothing: %zd\n", write(line, text, 0));
    write_all(line, "hello, host\n", 12);

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\n';
    write_all(line, text, sizeof(text));

    printf("ready\n");
    printf("poll: %d\n", poll(&readable, 1, 20000));
    size_t total = 0;
    do {
        size = read(line, text, 777);
        total += size;
        write_all(line, text, size);
    } while (size < 4 || memcmp(text + size - 4, "bye\n", 4) != 0);
    printf("read %zu\n", total);
    return 0;
}
