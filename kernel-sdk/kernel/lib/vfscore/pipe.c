/* Pipes (pipe(2)). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <uk/sched.h>
#include <uk/syscall.h>

#include "vfs.h"

#define PIPE_SIZE 4096

struct pipe {
    char data[PIPE_SIZE];
    size_t first, used;
    unsigned readers, writers;
    struct uk_waitq changed;
};

static void changed(struct pipe *pipe) {
    uk_waitq_wake_all(&pipe->changed);
    uk_poll_wake();
}

static ssize_t pipe_read(struct uk_file *file, void *to, size_t size, off_t offset) {
    (void)offset;
    struct pipe *pipe = file->node;
    if (pipe->used == 0 && pipe->writers > 0 && (file->flags & O_NONBLOCK))
        return -EAGAIN;
    uk_waitq_wait_event(&pipe->changed, pipe->used > 0 || pipe->writers == 0, UK_TIME_NEVER);
    size_t count = 0;
    for (; count < size && pipe->used > 0; count++) {
        ((char *)to)[count] = pipe->data[pipe->first];
        pipe->first = (pipe->first + 1) % PIPE_SIZE;
        pipe->used--;
    }
    changed(pipe);
    return count;
}

static ssize_t pipe_write(struct uk_file *file, const void *from, size_t size, off_t offset) {
    (void)offset;
    struct pipe *pipe = file->node;
    size_t count = 0;
    while (count < size) {
        if (pipe->readers == 0)
            return count > 0 ? (ssize_t)count : -EPIPE;
        if (pipe->used == PIPE_SIZE) {
            if (file->flags & O_NONBLOCK)
                return count > 0 ? (ssize_t)count : -EAGAIN;
            uk_waitq_wait_event(&pipe->changed, pipe->used < PIPE_SIZE || pipe->readers == 0,
                                UK_TIME_NEVER);
            continue;
        }
        for (; count < size && pipe->used < PIPE_SIZE; count++)
            pipe->data[(pipe->first + pipe->used++) % PIPE_SIZE] = ((const char *)from)[count];
        changed(pipe);
    }
    return count;
}

static int pipe_stat(struct uk_file *file, struct stat *to) {
    (void)file;
    *to = (struct stat){.st_mode = S_IFIFO | 0600};
    return 0;
}

static short read_end_poll(struct uk_file *file, short events) {
    struct pipe *pipe = file->node;
    return events & ((pipe->used > 0 ? POLLIN : 0) | (pipe->writers == 0 ? POLLHUP : 0));
}

static short write_end_poll(struct uk_file *file, short events) {
    struct pipe *pipe = file->node;
    return events & ((pipe->used < PIPE_SIZE ? POLLOUT : 0) | (pipe->readers == 0 ? POLLERR : 0));
}

static void free_unused(struct pipe *pipe) {
    changed(pipe);
    if (pipe->readers == 0 && pipe->writers == 0)
        free(pipe);
}

static void read_end_close(struct uk_file *file) {
    struct pipe *pipe = file->node;
    pipe->readers--;
    free_unused(pipe);
}

static void write_end_close(struct uk_file *file) {
    struct pipe *pipe = file->node;
    pipe->writers--;
    free_unused(pipe);
}

static const struct uk_file_ops read_end_ops = {
    .read = pipe_read, .stat = pipe_stat, .poll = read_end_poll, .close = read_end_close};
static const struct uk_file_ops write_end_ops = {
    .write = pipe_write, .stat = pipe_stat, .poll = write_end_poll, .close = write_end_close};

static long make_pipe(int fds[2], int flags) {
    struct pipe *pipe = calloc(1, sizeof(*pipe));
    struct uk_file *out = uk_file_create(&read_end_ops, pipe, O_RDONLY | (flags & O_NONBLOCK));
    struct uk_file *in = uk_file_create(&write_end_ops, pipe, O_WRONLY | (flags & O_NONBLOCK));
    if (!pipe || !out || !in) {
        free(pipe);
        free(out);
        free(in);
        return -ENOMEM;
    }
    pipe->readers = pipe->writers = 1;
    pipe->changed.name = "a pipe";
    fds[0] = uk_fd_alloc(out);
    fds[1] = fds[0] < 0 ? -EMFILE : uk_fd_alloc(in);
    if (fds[1] >= 0)
        return 0;
    if (fds[0] >= 0)
        fd_replace(fds[0], NULL);
    else
        uk_file_put(out);
    uk_file_put(in);
    return -EMFILE;
}

UK_SYSCALL(pipe2) {
    return make_pipe((int *)a[0], a[1]);
}

#ifdef SYS_pipe
UK_SYSCALL(pipe) {
    return make_pipe((int *)a[0], 0);
}
#endif
