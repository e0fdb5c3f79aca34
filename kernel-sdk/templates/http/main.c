/* A web server for the files in rootfs/www, and for /metrics. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "request.h"
#include "respond.h"

#define PORT         80
#define BACKLOG      64
#define WORKERS      8
#define IDLE_SECONDS 5

static void serve(int connection) {
    char buffer[REQUEST_MAX];
    size_t filled = 0;
    struct request request;
    for (;;) {
        enum request_result result = request_read(connection, buffer, &filled, &request);
        if (result == REQUEST_BAD)
            respond_bad_request(connection);
        if (result != REQUEST_OK || !respond(connection, &request) || !request.keep_alive)
            break;
    }
    close(connection);
}

/* Every worker waits for connections by itself. */
static void *work(void *argument) {
    int listener = *(int *)argument;
    const struct timeval idle = {.tv_sec = IDLE_SECONDS};
    const int yes = 1;
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0) {
            perror("accept");
            return NULL;
        }
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle));
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
        serve(connection);
    }
}

static int listen_on(int port) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(listener, BACKLOG) < 0)
        return -1;
    return listener;
}

int main(void) {
    int listener = listen_on(PORT);
    if (listener < 0) {
        printf("Port %d cannot be listened on: %s\n", PORT, strerror(errno));
        return 1;
    }
    respond_init();
    printf("Listening on port %d.\n", PORT);

    pthread_t workers[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        int error = pthread_create(&workers[i], NULL, work, &listener);
        if (error) {
            printf("Worker %d cannot be started: %s\n", i, strerror(error));
            return 1;
        }
    }
    for (int i = 0; i < WORKERS; i++)
        pthread_join(workers[i], NULL);
    return 1;
}
