/* Servers and clients: echo by TCP and UDP, both at once by poll, and what a client meets. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <uk/alloc.h>

#define PORT    7
#define CLIENTS 8

static int open_on(int type) {
    int s = socket(AF_INET, type, 0);
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    if (bind(s, (const struct sockaddr *)&address, sizeof(address)) < 0)
        perror("bind");
    if (type == SOCK_STREAM && listen(s, CLIENTS) < 0)
        perror("listen");
    return s;
}

/* "heap" asks how many bytes are used, anything else comes back. */
static ssize_t answer_to(char *text, ssize_t size) {
    if (size < 4 || memcmp(text, "heap", 4) != 0)
        return size;
    struct uk_alloc_stats stats;
    uk_alloc_get_stats(&stats);
    return sprintf(text, "%zu", stats.used);
}

static void serve(void) {
    struct pollfd fds[2 + CLIENTS] = {{.fd = open_on(SOCK_STREAM), .events = POLLIN},
                                      {.fd = open_on(SOCK_DGRAM), .events = POLLIN}};
    char text[2048];
    for (int i = 0; i < CLIENTS; i++)
        fds[2 + i] = (struct pollfd){.fd = -1, .events = POLLIN};
    printf("serving\n");
    for (;;) {
        poll(fds, 2 + CLIENTS, -1);
        if (fds[0].revents) {
            int connection = accept(fds[0].fd, NULL, NULL), i = 2;
            while (i < 2 + CLIENTS && fds[i].fd >= 0)
                i++;
            if (i < 2 + CLIENTS)
                fds[i].fd = connection;
            else
                close(connection);
        }
        if (fds[1].revents) {
            struct sockaddr_in from;
            socklen_t length = sizeof(from);
            ssize_t size =
                recvfrom(fds[1].fd, text, sizeof(text), 0, (struct sockaddr *)&from, &length);
            if (size >= 0)
                sendto(fds[1].fd, text, answer_to(text, size), 0, (struct sockaddr *)&from, length);
        }
        for (int i = 2; i < 2 + CLIENTS; i++) {
            if (fds[i].fd < 0 || !fds[i].revents)
                continue;
            ssize_t size = read(fds[i].fd, text, sizeof(text));
            if (size <= 0) {
                close(fds[i].fd);
                fds[i].fd = -1;
                continue;
            }
            size = answer_to(text, size);
            write(fds[i].fd, text, size);
        }
    }
}

/* Connects to a port of the host, which QEMU's network shows as 10.0.2.2. */
static int connect_to(int port) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_aton("10.0.2.2", &address.sin_addr);
    if (connect(s, (struct sockaddr *)&address, sizeof(address)) == 0)
        return s;
    printf("connect: %s\n", strerror(errno));
    close(s);
    return -1;
}

static void be_client(int port, int closed_port, const char *name) {
    char text[64] = "";
    int s = connect_to(port);
    const struct timeval limit = {.tv_usec = 50000};
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ssize_t size = read(s, text, sizeof(text));
    printf("silence: %zd %s\n", size, strerror(errno));
    fcntl(s, F_SETFL, O_NONBLOCK);
    size = read(s, text, sizeof(text));
    printf("nonblocking: %zd %s\n", size, strerror(errno));
    fcntl(s, F_SETFL, 0);
    write(s, "speak", 5);
    struct pollfd readable = {.fd = s, .events = POLLIN};
    int ready = poll(&readable, 1, 5000);
    size = read(s, text, sizeof(text) - 1);
    printf("poll %d, heard: %.*s\n", ready, (int)size, text);
    size = read(s, text, sizeof(text));
    printf("end: %zd\n", size);
    close(s);
    connect_to(closed_port);
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    int error = getaddrinfo(name, "80", &hints, &found);
    if (error)
        printf("getaddrinfo: %s\n", gai_strerror(error));
    else
        printf("%s is %s\n", name, inet_ntoa(((struct sockaddr_in *)found->ai_addr)->sin_addr));
}

void use_loopback(void);

int main(int argc, char *argv[]) {
    if (argc == 2 && strcmp(argv[1], "loopback") == 0)
        use_loopback();
    else if (argc > 3)
        be_client(atoi(argv[1]), atoi(argv[2]), argv[3]);
    else
        serve();
    return 0;
}
