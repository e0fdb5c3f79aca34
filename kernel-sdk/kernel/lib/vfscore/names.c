/* The system calls that take a path. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/syscall.h>
#include <unistd.h>

#include "vfs.h"

/* What posix-process says that the umask is. */
#define UMASK 022

static long open_at(int directory, const char *path, int flags, mode_t mode) {
    char absolute[UK_PATH_MAX];
    struct uk_file *file;
    int error = uk_path_resolve(directory, path, absolute);
    if (error == 0)
        error = vfs_open(absolute, flags, mode & ~UMASK, &file);
    if (error)
        return error;
    int fd = uk_fd_alloc(file);
    if (fd < 0)
        uk_file_put(file);
    return fd;
}

UK_SYSCALL(openat) {
    return open_at(a[0], (const char *)a[1], a[2], a[3]);
}

static long stat_at(int directory, const char *path, struct stat *to, int flags) {
    char absolute[UK_PATH_MAX];
    if (path[0] == '\0' && (flags & AT_EMPTY_PATH))
        return uk_syscall(SYS_fstat, directory, (long)to, 0, 0, 0, 0);
    int error = uk_path_resolve(directory, path, absolute);
    return error ? error : vfs_stat(absolute, to, !(flags & AT_SYMLINK_NOFOLLOW));
}

UK_SYSCALL(newfstatat) {
    return stat_at(a[0], (const char *)a[1], (struct stat *)a[2], a[3]);
}

static long access_at(int directory, const char *path) {
    struct stat status;
    return stat_at(directory, path, &status, 0);
}

UK_SYSCALL(faccessat) {
    return access_at(a[0], (const char *)a[1]);
}

/* -ENOENT when a path's last name is in no folder. */
static int find_folder(const char *path, void *unused) {
    (void)unused;
    char folder[UK_PATH_MAX];
    struct stat status;
    strcpy(folder, path);
    *strrchr(folder, '/') = '\0';
    bool found =
        folder[0] == '\0' || (vfs_stat_here(folder, &status) == 0 && S_ISDIR(status.st_mode));
    return found ? 0 : -ENOENT;
}

/* The mount of a path that a function of its file system is to change. */
static struct uk_mount *mount_of(int directory, const char *path, char absolute[UK_PATH_MAX],
                                 const char **rest, int *error) {
    *error = uk_path_resolve(directory, path, absolute);
    if (*error)
        return NULL;
    *error = vfs_use(absolute, VFS_KEEP, find_folder, NULL);
    /* Without a folder, it is the file system that says what is wrong. */
    if (*error == -ENOENT)
        *error = 0;
    if (*error)
        return NULL;
    struct uk_mount *mount = vfs_find(absolute, rest);
    if (mount == NULL)
        *error = -ENOENT;
    return mount;
}

static long remove_at(int directory, const char *path, int flags) {
    char absolute[UK_PATH_MAX];
    const char *rest;
    int error;
    struct uk_mount *mount = mount_of(directory, path, absolute, &rest, &error);
    if (mount == NULL)
        return error;
    int (*call)(struct uk_mount *, const char *) =
        flags & AT_REMOVEDIR ? mount->fs->rmdir : mount->fs->unlink;
    vfs_lock(mount);
    error = call ? call(mount, rest) : -EROFS;
    vfs_unlock(mount);
    return error;
}

UK_SYSCALL(unlinkat) {
    return remove_at(a[0], (const char *)a[1], a[2]);
}

static long mkdir_at(int directory, const char *path, mode_t mode) {
    char absolute[UK_PATH_MAX];
    const char *rest;
    int error;
    struct uk_mount *mount = mount_of(directory, path, absolute, &rest, &error);
    if (mount == NULL)
        return error;
    vfs_lock(mount);
    error = mount->fs->mkdir ? mount->fs->mkdir(mount, rest, mode & ~UMASK) : -EROFS;
    vfs_unlock(mount);
    return error;
}

UK_SYSCALL(mkdirat) {
    return mkdir_at(a[0], (const char *)a[1], a[2]);
}

static long rename_at(int from_directory, const char *from, int to_directory, const char *to) {
    char absolute_from[UK_PATH_MAX], absolute_to[UK_PATH_MAX];
    const char *rest_from, *rest_to;
    int error;
    struct uk_mount *mount = mount_of(from_directory, from, absolute_from, &rest_from, &error);
    if (mount == NULL || mount_of(to_directory, to, absolute_to, &rest_to, &error) == NULL)
        return error;
    if (vfs_find(absolute_to, &rest_to) != mount)
        return -EXDEV;
    vfs_lock(mount);
    error = mount->fs->rename ? mount->fs->rename(mount, rest_from, rest_to) : -EROFS;
    vfs_unlock(mount);
    return error;
}

UK_SYSCALL(renameat) {
    return rename_at(a[0], (const char *)a[1], a[2], (const char *)a[3]);
}

UK_SYSCALL(renameat2) {
    return a[4] ? -EINVAL : rename_at(a[0], (const char *)a[1], a[2], (const char *)a[3]);
}

static long readlink_at(int directory, const char *path, char *to, size_t size) {
    char absolute[UK_PATH_MAX];
    const char *rest;
    int error;
    struct uk_mount *mount = mount_of(directory, path, absolute, &rest, &error);
    if (mount == NULL)
        return error;
    struct stat status;
    error = vfs_stat(absolute, &status, false);
    if (error)
        return error;
    vfs_lock(mount);
    ssize_t length = mount->fs->readlink ? mount->fs->readlink(mount, rest, to, size) : -EINVAL;
    vfs_unlock(mount);
    return length;
}

UK_SYSCALL(readlinkat) {
    return readlink_at(a[0], (const char *)a[1], (char *)a[2], a[3]);
}

UK_SYSCALL(getcwd) {
    size_t size = strlen(vfs_working_directory) + 1;
    if (size > (size_t)a[1])
        return -ERANGE;
    memcpy((char *)a[0], vfs_working_directory, size);
    return size;
}

UK_SYSCALL(chdir) {
    char absolute[UK_PATH_MAX];
    struct stat status;
    int error = uk_path_resolve(AT_FDCWD, (const char *)a[0], absolute);
    if (error == 0)
        error = vfs_stat(absolute, &status, true);
    if (error == 0 && !S_ISDIR(status.st_mode))
        error = -ENOTDIR;
    if (error == 0)
        strcpy(vfs_working_directory, absolute);
    return error;
}

/* One user, who may do everything: rights and owners are not kept. */
UK_SYSCALL(fchmodat) {
    return access_at(a[0], (const char *)a[1]);
}

UK_SYSCALL(fchown) {
    return 0;
}

UK_SYSCALL(fchmod) {
    return 0;
}

UK_SYSCALL(utimensat) {
    return 0;
}

/* What arm64 never had: the same without a directory. */
#ifdef SYS_open
UK_SYSCALL(open) {
    return open_at(AT_FDCWD, (const char *)a[0], a[1], a[2]);
}

UK_SYSCALL(stat) {
    return stat_at(AT_FDCWD, (const char *)a[0], (struct stat *)a[1], 0);
}

UK_SYSCALL(lstat) {
    return stat_at(AT_FDCWD, (const char *)a[0], (struct stat *)a[1], AT_SYMLINK_NOFOLLOW);
}

UK_SYSCALL(access) {
    return access_at(AT_FDCWD, (const char *)a[0]);
}

UK_SYSCALL(unlink) {
    return remove_at(AT_FDCWD, (const char *)a[0], 0);
}

UK_SYSCALL(rmdir) {
    return remove_at(AT_FDCWD, (const char *)a[0], AT_REMOVEDIR);
}

UK_SYSCALL(mkdir) {
    return mkdir_at(AT_FDCWD, (const char *)a[0], a[1]);
}

UK_SYSCALL(rename) {
    return rename_at(AT_FDCWD, (const char *)a[0], AT_FDCWD, (const char *)a[1]);
}

UK_SYSCALL(readlink) {
    return readlink_at(AT_FDCWD, (const char *)a[0], (char *)a[1], a[2]);
}

UK_SYSCALL(chmod) {
    return access_at(AT_FDCWD, (const char *)a[0]);
}
#endif
