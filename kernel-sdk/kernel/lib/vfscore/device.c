/* /dev: the console, and the files that are none. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <uk/console.h>
#include <uk/init.h>
#include <uk/random.h>

#include "vfs.h"

#define DEV "/dev/"

extern const struct uk_device_node __start_uk_device_nodes[], __stop_uk_device_nodes[];

const struct uk_device_node *device_node(const char *path) {
    if (strncmp(path, DEV, strlen(DEV)) != 0)
        return NULL;
    const struct uk_device_node *node = __start_uk_device_nodes;
    for (; node < __stop_uk_device_nodes; node++)
        if (strcmp(path + strlen(DEV), node->name) == 0)
            return node;
    return NULL;
}

static int device_stat(struct uk_file *file, struct stat *to) {
    (void)file;
    *to = (struct stat){.st_mode = S_IFCHR | 0666};
    return 0;
}

static ssize_t discard(struct uk_file *file, const void *from, size_t size, off_t offset) {
    (void)file, (void)from, (void)offset;
    return size;
}

static ssize_t read_nothing(struct uk_file *file, void *to, size_t size, off_t offset) {
    (void)file, (void)to, (void)size, (void)offset;
    return 0;
}

static ssize_t read_zeros(struct uk_file *file, void *to, size_t size, off_t offset) {
    (void)file, (void)offset;
    memset(to, 0, size);
    return size;
}

static ssize_t read_random(struct uk_file *file, void *to, size_t size, off_t offset) {
    (void)file, (void)offset;
    uk_random_fill(to, size);
    return size;
}

/* Weak: lib/ukconsole takes input; without it the console is at its end. */
__attribute__((weak)) ssize_t uk_console_read(void *to, size_t size, bool wait);
__attribute__((weak)) bool uk_console_readable(void);

static ssize_t console_read(struct uk_file *file, void *to, size_t size, off_t offset) {
    (void)offset;
    return uk_console_read ? uk_console_read(to, size, !(file->flags & O_NONBLOCK)) : 0;
}

static ssize_t console_write(struct uk_file *file, const void *from, size_t size, off_t offset) {
    (void)file, (void)offset;
    uk_console_write(from, size);
    return size;
}

static short console_poll(struct uk_file *file, short events) {
    (void)file;
    bool readable = !uk_console_readable || uk_console_readable();
    return events & (POLLOUT | (readable ? POLLIN : 0));
}

static int console_ioctl(struct uk_file *file, unsigned request, void *argument) {
    (void)file;
    if (request == TIOCGWINSZ) {
        *(struct winsize *)argument = (struct winsize){.ws_row = 24, .ws_col = 80};
        return 0;
    }
    if (request != TCGETS)
        return -ENOTTY;
    *(struct termios *)argument = (struct termios){.c_oflag = OPOST | ONLCR, .c_cflag = CS8};
    return 0;
}

static const struct uk_file_ops console_ops = {
    .read = console_read,
    .write = console_write,
    .stat = device_stat,
    .poll = console_poll,
    .ioctl = console_ioctl,
};
static const struct uk_file_ops null_ops = {
    .read = read_nothing, .write = discard, .stat = device_stat};
static const struct uk_file_ops zero_ops = {
    .read = read_zeros, .write = discard, .stat = device_stat};
static const struct uk_file_ops random_ops = {
    .read = read_random, .write = discard, .stat = device_stat};

UK_DEVICE_NODE(console, "console", &console_ops);
UK_DEVICE_NODE(tty, "tty", &console_ops);
UK_DEVICE_NODE(null, "null", &null_ops);
UK_DEVICE_NODE(zero, "zero", &zero_ops);
UK_DEVICE_NODE(random, "random", &random_ops);
UK_DEVICE_NODE(urandom, "urandom", &random_ops);

/* Standard input, output and error. */
static void open_console(void) {
    for (int fd = 0; fd < 3; fd++)
        uk_fd_alloc(uk_file_create(&console_ops, NULL, O_RDWR));
}
UK_INIT(UK_INIT_ROOTFS, open_console);
