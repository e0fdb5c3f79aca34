/* Sockets that talk to each other over the loopback interface. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <uk/alloc.h>

#define PORT 4321

static struct sockaddr_in here(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static int call(int s, int (*function)(int, const struct sockaddr *, socklen_t), int port) {
    const struct sockaddr_in address = here(port);
    return function(s, (const struct sockaddr *)&address, sizeof(address));
}

static int error_of(int s) {
    int error = -1;
    socklen_t size = sizeof(error);
    getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

static int wait_for(int s, short events, int milliseconds) {
    struct pollfd wanted = {.fd = s, .events = events};
    return poll(&wanted, 1, milliseconds);
}

static int listen_on(int port) {
    const int yes = 1;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (call(s, bind, port) < 0 || listen(s, 4) < 0)
        printf("listen: %s\n", strerror(errno));
    return s;
}

static void use_stream(int listener) {
    char text[16] = "";
    fcntl(listener, F_SETFL, O_NONBLOCK);
    int server = accept(listener, NULL, NULL);
    printf("nobody to accept: %s\n", strerror(errno));
    int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int result = call(client, connect, PORT);
    printf("connect without waiting: %s\n", result < 0 ? strerror(errno) : "done");
    result = wait_for(client, POLLOUT, 5000);
    printf("poll for writing: %d, error %d\n", result, error_of(client));
    printf("poll for a caller: %d\n", wait_for(listener, POLLIN, 5000));
    struct sockaddr_in peer = {0}, own = {0};
    socklen_t size = sizeof(peer);
    server = accept(listener, (struct sockaddr *)&peer, &size);
    getsockname(client, (struct sockaddr *)&own, &size);
    printf("the peer is whom we called: %s\n",
           peer.sin_port == own.sin_port && peer.sin_addr.s_addr == own.sin_addr.s_addr ? "yes"
                                                                                        : "no");
    fcntl(client, F_SETFL, 0);
    fcntl(server, F_SETFL, 0);
    send(client, "abcdef", 6, 0);
    recv(server, text, 3, MSG_PEEK);
    printf("peeked: %s\n", text);
    recv(server, text, 6, MSG_WAITALL);
    printf("read: %s\n", text);
    char first[3], second[3];
    struct iovec parts[] = {{first, 3}, {second, 3}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    sendmsg(server, &message, 0);
    ssize_t begin = recv(client, text, 3, 0), rest = recv(client, text, 16, 0);
    printf("in pieces: %zd + %zd\n", begin, rest);
    shutdown(client, SHUT_WR);
    printf("half closed, read: %zd\n", recv(server, text, 1, 0));
    send(server, "still", 6, 0);
    recv(client, text, 6, 0);
    printf("other half: %s\n", text);
    close(client);
    close(server);
}

static void connect_pair(int listener, int *client, int *server) {
    *client = socket(AF_INET, SOCK_STREAM, 0);
    if (call(*client, connect, PORT) < 0)
        printf("connect: %s\n", strerror(errno));
    wait_for(listener, POLLIN, 5000);
    *server = accept(listener, NULL, NULL);
}

static void use_select(int listener) {
    int clients[3], servers[3];
    fd_set set;
    FD_ZERO(&set);
    for (int i = 0; i < 3; i++) {
        connect_pair(listener, &clients[i], &servers[i]);
        FD_SET(servers[i], &set);
    }
    send(clients[1], "x", 1, 0);
    int count = select(servers[2] + 1, &set, NULL, NULL, NULL);
    printf("select: %d of 3, %s\n", count,
           FD_ISSET(servers[1], &set) ? "the right one" : "another");
    printf("nothing comes within 20 ms: %d\n", wait_for(servers[0], POLLIN, 20));
    for (int i = 0; i < 3; i++) {
        close(clients[i]);
        close(servers[i]);
    }
}

static void use_wrongly(int listener) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    call(s, connect, 9);
    printf("nobody there: %s\n", strerror(errno));
    close(s);
    s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    call(s, connect, 9);
    wait_for(s, POLLOUT, 5000);
    printf("told later: %s\n", strerror(error_of(s)));
    close(s);
    int client, server;
    connect_pair(listener, &client, &server);
    close(server);
    ssize_t sent = 0;
    for (int i = 0; i < 100 && sent >= 0; i++) {
        sent = send(client, "x", 1, MSG_NOSIGNAL);
        usleep(1000);
    }
    printf("writing to who has gone: %s\n", sent < 0 && (errno == EPIPE || errno == ECONNRESET)
                                                ? "Broken pipe or Connection reset by peer"
                                                : strerror(errno));
    close(client);
}

static void use_datagrams(void) {
    char text[32] = "";
    int one = socket(AF_INET, SOCK_DGRAM, 0), other = socket(AF_INET, SOCK_DGRAM, 0);
    call(one, bind, PORT);
    call(other, bind, PORT + 1);
    call(one, connect, PORT + 1);
    send(one, "to the other", 12, 0);
    struct sockaddr_in from = {0};
    socklen_t size = sizeof(from);
    recvfrom(other, text, sizeof(text), 0, (struct sockaddr *)&from, &size);
    printf("datagram: %s, from %s\n", text, from.sin_port == htons(PORT) ? "the one" : "whom?");
    send(one, "12345678", 8, 0);
    struct iovec part = {text, 4};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t got = recvmsg(other, &message, 0);
    printf("cut: %zd of 8\n", got);
    close(one);
    close(other);
}

static size_t heap_used(void) {
    struct uk_alloc_stats stats;
    uk_alloc_get_stats(&stats);
    return stats.used;
}

static void use_many(int listener, int count) {
    for (int i = 0; i < count; i++) {
        int client, server;
        char byte = 'x';
        connect_pair(listener, &client, &server);
        send(client, &byte, 1, 0);
        recv(server, &byte, 1, 0);
        close(client);
        close(server);
    }
}

void use_loopback(void) {
    char byte;
    int listener = listen_on(PORT), second = socket(AF_INET, SOCK_STREAM, 0);
    call(second, bind, PORT);
    printf("bind again: %s\n", strerror(errno));
    close(second);
    use_stream(listener);
    use_select(listener);
    use_wrongly(listener);
    use_datagrams();
    recv(STDIN_FILENO, &byte, 1, 0);
    printf("no socket: %s\n", strerror(errno));
    recv(100, &byte, 1, 0);
    printf("no descriptor: %s\n", strerror(errno));
    socket(AF_APPLETALK, SOCK_STREAM, 0);
    printf("no family: %s\n", strerror(errno));
    /* Ended connections wait for stragglers, a fixed number of them. */
    use_many(listener, 100);
    size_t before = heap_used();
    use_many(listener, 100);
    long more = (long)heap_used() - (long)before;
    printf("many: 100 connections, one after another, %ld bytes more\n", more < 1000 ? 0 : more);
}
