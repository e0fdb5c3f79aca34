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

/* A name that a function of its file system is to change. */
struct place {
    struct uk_mount *mount;
    const char *rest;
    char path[UK_PATH_MAX];
};

static int find_place(int directory, const char *path, struct place *to) {
    int error = uk_path_resolve(directory, path, to->path);
    if (error)
        return error;
    error = vfs_use(to->path, VFS_KEEP, find_folder, NULL);
    /* Without a folder, it is the file system that says what is wrong. */
    if (error && error != -ENOENT)
        return error;
    to->mount = vfs_find(to->path, &to->rest);
    return to->mount ? 0 : -ENOENT;
}

static long remove_at(int directory, const char *path, int flags) {
    struct place place;
    int error = find_place(directory, path, &place);
    if (error)
        return error;
    const struct uk_fs *fs = place.mount->fs;
    int (*call)(struct uk_mount *, const char *) = flags & AT_REMOVEDIR ? fs->rmdir : fs->unlink;
    if (call == NULL)
        return -EROFS;
    vfs_lock(place.mount);
    error = call(place.mount, place.rest);
    vfs_unlock(place.mount);
    return error;
}

UK_SYSCALL(unlinkat) {
    return remove_at(a[0], (const char *)a[1], a[2]);
}

static long mkdir_at(int directory, const char *path, mode_t mode) {
    struct place place;
    int error = find_place(directory, path, &place);
    if (error)
        return error;
    const struct uk_fs *fs = place.mount->fs;
    if (fs->mkdir == NULL)
        return -EROFS;
    vfs_lock(place.mount);
    error = fs->mkdir(place.mount, place.rest, mode & ~UMASK);
    vfs_unlock(place.mount);
    return error;
}

UK_SYSCALL(mkdirat) {
    return mkdir_at(a[0], (const char *)a[1], a[2]);
}

static long rename_at(int from_directory, const char *from, int to_directory, const char *to) {
    struct place old, new;
    int error = find_place(from_directory, from, &old);
    if (error == 0)
        error = find_place(to_directory, to, &new);
    if (error)
        return error;
    if (new.mount != old.mount)
        return -EXDEV;
    const struct uk_fs *fs = old.mount->fs;
    if (fs->rename == NULL)
        return -EROFS;
    vfs_lock(old.mount);
    error = fs->rename(old.mount, old.rest, new.rest);
    vfs_unlock(old.mount);
    return error;
}

UK_SYSCALL(renameat) {
    return rename_at(a[0], (const char *)a[1], a[2], (const char *)a[3]);
}

UK_SYSCALL(renameat2) {
    return a[4] ? -EINVAL : rename_at(a[0], (const char *)a[1], a[2], (const char *)a[3]);
}

static long readlink_at(int directory, const char *path, char *to, size_t size) {
    struct place place;
    struct stat status;
    int error = find_place(directory, path, &place);
    if (error == 0)
        error = vfs_stat(place.path, &status, false);
    if (error)
        return error;
    const struct uk_fs *fs = place.mount->fs;
    if (fs->readlink == NULL)
        return -EINVAL;
    vfs_lock(place.mount);
    ssize_t length = fs->readlink(place.mount, place.rest, to, size);
    vfs_unlock(place.mount);
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
