/*
 * Sockets as files and system calls, on lwIP's own. Linux's structures and constants stand here
 * beside lwIP's, which has its own layout of addresses and other numbers for options and flags.
 */
#include <errno.h>
#include <lwip/sockets.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uk/sched.h>
#include <uk/syscall.h>
#include <uk/vfs.h>

#define LINUX_SOCK_NONBLOCK O_NONBLOCK
#define LINUX_SOCK_TYPE     0xf
#define LINUX_SOL_SOCKET    1
#define LINUX_MSG_PEEK      0x02
#define LINUX_MSG_TRUNC     0x20
#define LINUX_MSG_DONTWAIT  0x40

/* struct sockaddr_in of Linux; lwIP's has a length before the family. */
struct linux_address {
    uint16_t family, port;
    uint32_t address;
    char zero[8];
};

/* struct msghdr of musl. */
struct linux_message {
    struct linux_address *name;
    unsigned name_size;
    struct iovec *parts;
    int count, unused;
    void *control;
    unsigned control_size;
    int flags;
};

/*
 * Sockets whose connection nobody has waited for: lwIP calls a refusal a reset, and it depends on
 * whether there was a connection which of them it is.
 */
static bool connecting[MEMP_NUM_NETCONN];

static long result_of(long result) {
    return result < 0 ? -errno : result;
}

static int number_of(const struct uk_file *file) {
    return (int)(long)file->node;
}

static ssize_t socket_read(struct uk_file *file, void *to, size_t size, off_t offset) {
    (void)offset;
    return result_of(lwip_read(number_of(file), to, size));
}

static ssize_t socket_write(struct uk_file *file, const void *from, size_t size, off_t offset) {
    (void)offset;
    return result_of(lwip_write(number_of(file), from, size));
}

static int socket_stat(struct uk_file *file, struct stat *to) {
    (void)file;
    *to = (struct stat){.st_mode = S_IFSOCK | 0777};
    return 0;
}

static short socket_poll(struct uk_file *file, short events) {
    struct pollfd fd = {.fd = number_of(file), .events = events};
    return lwip_poll(&fd, 1, 0) > 0 ? fd.revents : 0;
}

static int socket_ioctl(struct uk_file *file, unsigned request, void *argument) {
    return result_of(lwip_ioctl(number_of(file), request, argument));
}

static void socket_close(struct uk_file *file) {
    lwip_close(number_of(file));
}

static const struct uk_file_ops socket_ops = {
    .read = socket_read,
    .write = socket_write,
    .stat = socket_stat,
    .poll = socket_poll,
    .ioctl = socket_ioctl,
    .close = socket_close,
};

static long open_file(int number, int flags) {
    if (number < 0)
        return -errno;
    connecting[number] = false;
    struct uk_file *file =
        uk_file_create(&socket_ops, (void *)(long)number, O_RDWR | (flags & O_NONBLOCK));
    if (file == NULL) {
        lwip_close(number);
        return -ENOMEM;
    }
    if (flags & O_NONBLOCK)
        lwip_fcntl(number, F_SETFL, O_NONBLOCK);
    int fd = uk_fd_alloc(file);
    if (fd < 0)
        uk_file_put(file);
    return fd;
}

/* The file of a descriptor that is a socket; its blocking mode may have been changed through fcntl.
 */
static struct uk_file *get(int fd, int *error) {
    struct uk_file *file = uk_fd_get(fd);
    if (file && file->ops == &socket_ops) {
        lwip_fcntl(number_of(file), F_SETFL, file->flags & O_NONBLOCK);
        return file;
    }
    *error = file ? -ENOTSOCK : -EBADF;
    if (file)
        uk_file_put(file);
    return NULL;
}

/* Calls `expression` with the socket's number as `s`, and gives the file back. */
#define WITH_SOCKET(fd, expression)                                                                \
    ({                                                                                             \
        int error_ = 0;                                                                            \
        struct uk_file *file_ = get(fd, &error_);                                                  \
        long result_ = error_;                                                                     \
        if (file_) {                                                                               \
            int s = number_of(file_);                                                              \
            (void)s;                                                                               \
            result_ = result_of(expression);                                                       \
            uk_file_put(file_);                                                                    \
        }                                                                                          \
        result_;                                                                                   \
    })

static bool to_lwip(const void *from, socklen_t size, struct sockaddr_in *to) {
    const struct linux_address *address = from;
    if (size < sizeof(*address) || address->family != AF_INET)
        return false;
    *to = (struct sockaddr_in){.sin_len = sizeof(*to),
                               .sin_family = AF_INET,
                               .sin_port = address->port,
                               .sin_addr = {address->address}};
    return true;
}

static void from_lwip(const struct sockaddr_in *from, void *to, socklen_t *size) {
    if (to == NULL || size == NULL)
        return;
    struct linux_address address = {
        .family = from->sin_family, .port = from->sin_port, .address = from->sin_addr.s_addr};
    memcpy(to, &address, *size < sizeof(address) ? *size : sizeof(address));
    *size = sizeof(address);
}

static int flags_of(long flags) {
    return (flags & LINUX_MSG_PEEK ? MSG_PEEK : 0) |
           (flags & LINUX_MSG_DONTWAIT ? MSG_DONTWAIT : 0);
}

UK_SYSCALL(socket) {
    if (a[0] != AF_INET)
        return -EAFNOSUPPORT;
    return open_file(lwip_socket(a[0], a[1] & LINUX_SOCK_TYPE, a[2]), a[1] & LINUX_SOCK_NONBLOCK);
}

UK_SYSCALL(bind) {
    struct sockaddr_in address;
    if (!to_lwip((const void *)a[1], a[2], &address))
        return -EAFNOSUPPORT;
    return WITH_SOCKET(a[0], lwip_bind(s, (struct sockaddr *)&address, sizeof(address)));
}

static int start_connection(int s, const struct sockaddr_in *to) {
    int result = lwip_connect(s, (const struct sockaddr *)to, sizeof(*to));
    connecting[s] = result < 0 && errno == EINPROGRESS;
    return result;
}

UK_SYSCALL(connect) {
    struct sockaddr_in address;
    if (!to_lwip((const void *)a[1], a[2], &address))
        return -EAFNOSUPPORT;
    long result = WITH_SOCKET(a[0], start_connection(s, &address));
    return result == -ECONNRESET ? -ECONNREFUSED : result;
}

UK_SYSCALL(listen) {
    return WITH_SOCKET(a[0], lwip_listen(s, a[1]));
}

static long accept_on(int fd, void *to, socklen_t *size, int flags) {
    struct sockaddr_in address = {0};
    socklen_t length = sizeof(address);
    long number = WITH_SOCKET(fd, lwip_accept(s, (struct sockaddr *)&address, &length));
    if (number < 0)
        return number;
    from_lwip(&address, to, size);
    return open_file(number, flags);
}

UK_SYSCALL(accept) {
    return accept_on(a[0], (void *)a[1], (socklen_t *)a[2], 0);
}

UK_SYSCALL(accept4) {
    return accept_on(a[0], (void *)a[1], (socklen_t *)a[2], a[3] & LINUX_SOCK_NONBLOCK);
}

UK_SYSCALL(sendto) {
    struct sockaddr_in address;
    if (a[4] && !to_lwip((const void *)a[4], a[5], &address))
        return -EAFNOSUPPORT;
    return WITH_SOCKET(a[0], lwip_sendto(s, (const void *)a[1], a[2], flags_of(a[3]),
                                         a[4] ? (struct sockaddr *)&address : NULL,
                                         a[4] ? sizeof(address) : 0));
}

UK_SYSCALL(recvfrom) {
    struct sockaddr_in address = {0};
    socklen_t length = sizeof(address);
    long size = WITH_SOCKET(a[0], lwip_recvfrom(s, (void *)a[1], a[2], flags_of(a[3]),
                                                (struct sockaddr *)&address, &length));
    if (size >= 0)
        from_lwip(&address, (void *)a[4], (socklen_t *)a[5]);
    return size;
}

UK_SYSCALL(sendmsg) {
    const struct linux_message *message = (const struct linux_message *)a[1];
    struct sockaddr_in address;
    if (message->name && !to_lwip(message->name, message->name_size, &address))
        return -EAFNOSUPPORT;
    struct msghdr own = {
        .msg_name = message->name ? &address : NULL,
        .msg_namelen = message->name ? sizeof(address) : 0,
        .msg_iov = message->parts,
        .msg_iovlen = message->count,
    };
    return WITH_SOCKET(a[0], lwip_sendmsg(s, &own, flags_of(a[2])));
}

UK_SYSCALL(recvmsg) {
    struct linux_message *message = (struct linux_message *)a[1];
    struct sockaddr_in address = {0};
    struct msghdr own = {
        .msg_name = &address,
        .msg_namelen = sizeof(address),
        .msg_iov = message->parts,
        .msg_iovlen = message->count,
    };
    long size = WITH_SOCKET(a[0], lwip_recvmsg(s, &own, flags_of(a[2])));
    if (size >= 0) {
        socklen_t length = message->name_size;
        from_lwip(&address, message->name, &length);
        message->name_size = message->name ? length : 0;
        message->control_size = 0;
        /* lwIP tells how long a datagram was, also where there was less room. */
        size_t room = 0;
        for (int i = 0; i < message->count; i++)
            room += message->parts[i].iov_len;
        message->flags = (size_t)size > room ? LINUX_MSG_TRUNC : 0;
        if ((size_t)size > room && !(a[2] & LINUX_MSG_TRUNC))
            size = room;
    }
    return size;
}

UK_SYSCALL(shutdown) {
    return WITH_SOCKET(a[0], lwip_shutdown(s, a[1]));
}

typedef int name_function(int s, struct sockaddr *to, socklen_t *size);

static long name_of(int fd, name_function *function, void *to, socklen_t *size) {
    struct sockaddr_in address = {0};
    socklen_t length = sizeof(address);
    long result = WITH_SOCKET(fd, function(s, (struct sockaddr *)&address, &length));
    if (result == 0)
        from_lwip(&address, to, size);
    return result;
}

UK_SYSCALL(getsockname) {
    return name_of(a[0], lwip_getsockname, (void *)a[1], (socklen_t *)a[2]);
}

UK_SYSCALL(getpeername) {
    return name_of(a[0], lwip_getpeername, (void *)a[1], (socklen_t *)a[2]);
}

/* Linux's numbers of socket options (asm-generic/socket.h) and lwIP's; TCP's own are told apart
 * below. */
static const struct {
    int linux_option, lwip_option;
} socket_options[] = {
    {2, SO_REUSEADDR}, {3, SO_TYPE},      {4, SO_ERROR},     {6, SO_BROADCAST},
    {8, SO_RCVBUF},    {9, SO_KEEPALIVE}, {20, SO_RCVTIMEO}, {21, SO_SNDTIMEO},
};

/* Linux's TCP options (netinet/tcp.h). */
static const struct {
    int linux_option, lwip_option;
} tcp_options[] = {
    {1, TCP_NODELAY},
    {4, TCP_KEEPIDLE},
    {5, TCP_KEEPINTVL},
    {6, TCP_KEEPCNT},
};

/* False for an option that lwIP does not have. */
static bool find_option(long level, long option, int *own_level, int *own_option) {
    *own_level = level == LINUX_SOL_SOCKET ? SOL_SOCKET : level;
    for (size_t i = 0; level == LINUX_SOL_SOCKET && i < LWIP_ARRAYSIZE(socket_options); i++)
        if (socket_options[i].linux_option == option) {
            *own_option = socket_options[i].lwip_option;
            return true;
        }
    for (size_t i = 0; level == IPPROTO_TCP && i < LWIP_ARRAYSIZE(tcp_options); i++)
        if (tcp_options[i].linux_option == option) {
            *own_option = tcp_options[i].lwip_option;
            return true;
        }
    return false;
}

UK_SYSCALL(setsockopt) {
    int level, option;
    if (!find_option(a[1], a[2], &level, &option))
        return -ENOPROTOOPT;
    return WITH_SOCKET(a[0], lwip_setsockopt(s, level, option, (const void *)a[3], a[4]));
}

static int get_option(int s, int level, int option, void *to, socklen_t *size) {
    int result = lwip_getsockopt(s, level, option, to, size);
    if (result == 0 && level == SOL_SOCKET && option == SO_ERROR) {
        if (connecting[s] && *(int *)to == ECONNRESET)
            *(int *)to = ECONNREFUSED;
        connecting[s] = false;
    }
    return result;
}

UK_SYSCALL(getsockopt) {
    int level, option;
    if (!find_option(a[1], a[2], &level, &option))
        return -ENOPROTOOPT;
    return WITH_SOCKET(a[0], get_option(s, level, option, (void *)a[3], (socklen_t *)a[4]));
}
