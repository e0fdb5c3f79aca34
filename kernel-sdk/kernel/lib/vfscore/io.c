/* Reading and writing open files: the system calls that take a descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include <uk/config.h>
#include <uk/syscall.h>

#include "vfs.h"

#define FLAGS_THAT_CHANGE (O_APPEND | O_NONBLOCK)

/* One transfer; `offset` is the caller's, or NULL for the file's own position. */
static ssize_t transfer(struct uk_file *file, const struct iovec *part, bool write,
                        const off_t *offset) {
    off_t at = -1;
    if (file->ops->seekable) {
        at = offset ? *offset : file->offset;
        struct stat status;
        if (write && !offset && (file->flags & O_APPEND) && file->ops->stat(file, &status) == 0)
            at = status.st_size;
    }
    ssize_t size = write ? file->ops->write(file, part->iov_base, part->iov_len, at)
                         : file->ops->read(file, part->iov_base, part->iov_len, at);
    if (size > 0 && file->ops->seekable && !offset)
        file->offset = at + size;
    return size;
}

static ssize_t transfer_all(int fd, const struct iovec *parts, int count, bool write,
                            const off_t *start) {
    struct uk_file *file = uk_fd_get(fd);
    if (file == NULL)
        return -EBADF;
    int wanted = write ? O_RDONLY : O_WRONLY;
    ssize_t total = 0;
    if ((file->flags & O_ACCMODE) == wanted ||
        !(write ? (void *)file->ops->write : (void *)file->ops->read))
        total = -EBADF;
    else if (start && !file->ops->seekable)
        total = -ESPIPE;
    else if (start && *start < 0)
        total = -EINVAL;
    vfs_lock(file->mount);
    for (int i = 0; i < count && total >= 0; i++) {
        off_t at = start ? *start + total : 0;
        if (parts[i].iov_len == 0)
            continue;
        ssize_t size = transfer(file, &parts[i], write, start ? &at : NULL);
        if (size < 0) {
            total = total > 0 ? total : size;
            break;
        }
        total += size;
        if ((size_t)size < parts[i].iov_len)
            break;
    }
    vfs_unlock(file->mount);
    uk_file_put(file);
    return total;
}

static ssize_t transfer_one(const long a[6], bool write, const off_t *offset) {
    const struct iovec part = {(void *)a[1], (size_t)a[2]};
    if (part.iov_len > SSIZE_MAX)
        return -EINVAL;
    return transfer_all(a[0], &part, 1, write, offset);
}

UK_SYSCALL(read) {
    return transfer_one(a, false, NULL);
}

UK_SYSCALL(write) {
    return transfer_one(a, true, NULL);
}

UK_SYSCALL(pread64) {
    return transfer_one(a, false, (const off_t *)&a[3]);
}

UK_SYSCALL(pwrite64) {
    return transfer_one(a, true, (const off_t *)&a[3]);
}

UK_SYSCALL(readv) {
    return transfer_all(a[0], (const struct iovec *)a[1], a[2], false, NULL);
}

UK_SYSCALL(writev) {
    return transfer_all(a[0], (const struct iovec *)a[1], a[2], true, NULL);
}

UK_SYSCALL(preadv) {
    return transfer_all(a[0], (const struct iovec *)a[1], a[2], false, (const off_t *)&a[3]);
}

UK_SYSCALL(pwritev) {
    return transfer_all(a[0], (const struct iovec *)a[1], a[2], true, (const off_t *)&a[3]);
}

UK_SYSCALL(close) {
    int result = fd_replace(a[0], NULL);
    return result < 0 ? result : 0;
}

UK_SYSCALL(lseek) {
    struct uk_file *file = uk_fd_get(a[0]);
    if (file == NULL)
        return -EBADF;
    struct stat status = {0};
    off_t base = a[2] == SEEK_CUR ? file->offset : 0;
    long result = 0;
    if (!file->ops->seekable)
        result = -ESPIPE;
    else if (a[2] == SEEK_END && (result = file->ops->stat(file, &status)) == 0)
        base = status.st_size;
    else if (a[2] != SEEK_SET && a[2] != SEEK_CUR)
        result = -EINVAL;
    if (result == 0 && base + a[1] < 0)
        result = -EINVAL;
    if (result == 0)
        result = file->offset = base + a[1];
    uk_file_put(file);
    return result;
}

UK_SYSCALL(fstat) {
    struct uk_file *file = uk_fd_get(a[0]);
    struct stat *to = (struct stat *)a[1];
    if (file == NULL)
        return -EBADF;
    *to = (struct stat){0};
    vfs_lock(file->mount);
    int error = file->ops->stat ? file->ops->stat(file, to) : -EBADF;
    vfs_unlock(file->mount);
    to->st_blksize = 4096;
    uk_file_put(file);
    return error;
}

UK_SYSCALL(ftruncate) {
    struct uk_file *file = uk_fd_get(a[0]);
    if (file == NULL)
        return -EBADF;
    vfs_lock(file->mount);
    int error = a[1] < 0 || !file->ops->truncate || (file->flags & O_ACCMODE) == O_RDONLY
                    ? -EINVAL
                    : file->ops->truncate(file, a[1]);
    vfs_unlock(file->mount);
    uk_file_put(file);
    return error;
}

static long sync_file(int fd) {
    struct uk_file *file = uk_fd_get(fd);
    if (file == NULL)
        return -EBADF;
    vfs_lock(file->mount);
    int error = file->ops->sync ? file->ops->sync(file) : 0;
    vfs_unlock(file->mount);
    uk_file_put(file);
    return error;
}

UK_SYSCALL(fsync) {
    return sync_file(a[0]);
}

UK_SYSCALL(fdatasync) {
    return sync_file(a[0]);
}

UK_SYSCALL(ioctl) {
    struct uk_file *file = uk_fd_get(a[0]);
    if (file == NULL)
        return -EBADF;
    int error = file->ops->ioctl ? file->ops->ioctl(file, a[1], (void *)a[2]) : -ENOTTY;
    uk_file_put(file);
    return error;
}

static long duplicate(int fd, int lowest, int target) {
    struct uk_file *file = uk_fd_get(fd);
    if (file == NULL)
        return -EBADF;
    int result = target >= 0 ? fd_replace(target, file) : fd_alloc_from(file, lowest);
    if (result < 0)
        uk_file_put(file);
    return result;
}

UK_SYSCALL(dup) {
    return duplicate(a[0], 0, -1);
}

UK_SYSCALL(dup3) {
    return a[0] == a[1] ? -EINVAL : duplicate(a[0], 0, a[1]);
}

#ifdef SYS_dup2
UK_SYSCALL(dup2) {
    return duplicate(a[0], 0, a[1]);
}
#endif

UK_SYSCALL(fcntl) {
    struct uk_file *file = uk_fd_get(a[0]);
    long result = 0;
    if (file == NULL)
        return -EBADF;
    switch (a[1]) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        result = duplicate(a[0], a[2], -1);
        break;
    case F_GETFD:
    case F_SETFD: /* nothing is ever executed in this process's place */
        break;
    case F_GETFL:
        result = file->flags;
        break;
    case F_SETFL:
        file->flags = (file->flags & ~FLAGS_THAT_CHANGE) | (a[2] & FLAGS_THAT_CHANGE);
        break;
    case F_GETLK: {
        struct flock *lock = (struct flock *)a[2];
        lock->l_type = F_UNLCK;
        break;
    }
    case F_SETLK:
    case F_SETLKW: /* one process: nobody to lock out */
        break;
    default:
        result = -EINVAL;
    }
    uk_file_put(file);
    return result;
}

/* What getdents64 gives is musl's struct dirent, cut behind the name. */
UK_SYSCALL(getdents64) {
    struct uk_file *file = uk_fd_get(a[0]);
    if (file == NULL)
        return -EBADF;
    char *to = (char *)a[1];
    long used = 0, result = file->ops->readdir ? 0 : -ENOTDIR;
    vfs_lock(file->mount);
    while (result == 0) {
        struct dirent entry = {0};
        off_t position = file->offset;
        int more = file->ops->readdir(file, &position, &entry);
        if (more <= 0) {
            result = more;
            break;
        }
        size_t size = (offsetof(struct dirent, d_name) + strlen(entry.d_name) + 1 + 7) & ~7UL;
        if (used + size > (size_t)a[2]) {
            result = used > 0 ? 0 : -EINVAL;
            break;
        }
        entry.d_off = position;
        entry.d_reclen = size;
        memcpy(to + used, &entry, size);
        file->offset = position;
        used += size;
    }
    vfs_unlock(file->mount);
    uk_file_put(file);
    return result < 0 ? result : used;
}
