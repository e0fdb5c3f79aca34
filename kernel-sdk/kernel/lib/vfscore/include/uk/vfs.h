/*
 * Files: what is open, where file systems are mounted, and what a file system has to offer. Paths
 * are resolved as texts: the mount with the longest prefix gets the rest of the path.
 */
#ifndef UK_VFS_H
#define UK_VFS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <uk/mutex.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UK_PATH_MAX 1024

struct uk_file;

/* What can be done with an open file; a function that is NULL fails with the errno behind it. */
struct uk_file_ops {
    /* `offset` is negative for files that are no more than a stream. */
    ssize_t (*read)(struct uk_file *file, void *to, size_t size, off_t offset);          /* EBADF */
    ssize_t (*write)(struct uk_file *file, const void *from, size_t size, off_t offset); /* EBADF */
    int (*stat)(struct uk_file *file, struct stat *to);                                  /* EBADF */
    int (*truncate)(struct uk_file *file, off_t size); /* EINVAL */
    int (*sync)(struct uk_file *file);                 /* 0 */
    /* The entry behind `*position`, which moves on: 1, or 0 at the end. */
    int (*readdir)(struct uk_file *file, off_t *position, struct dirent *to); /* ENOTDIR */
    /* Those of `events` that hold now (poll(2)). */
    short (*poll)(struct uk_file *file, short events);                    /* all of them */
    int (*ioctl)(struct uk_file *file, unsigned request, void *argument); /* ENOTTY */
    void (*close)(struct uk_file *file);
    /* Positions are kept; streams have none. */
    bool seekable;
};

struct uk_file {
    const struct uk_file_ops *ops;
    /* The file system's, or the driver's, own. */
    void *node;
    struct uk_mount *mount;
    int flags;
    off_t offset;
    unsigned references;
    /* Absolute; what `openat` and `fchdir` start from. */
    char *path;
};

/* A file system's functions; paths are relative to the mount, "" is its root. Negative errno. */
struct uk_fs {
    const char *name;
    int (*mount)(struct uk_mount *mount, const char *source, const char *options);
    /* Fills in `ops` and `node`. `flags` and `mode` as in open(2). */
    int (*open)(struct uk_mount *mount, const char *path, int flags, mode_t mode,
                struct uk_file *file);
    int (*stat)(struct uk_mount *mount, const char *path, struct stat *to);
    int (*unlink)(struct uk_mount *mount, const char *path);
    int (*mkdir)(struct uk_mount *mount, const char *path, mode_t mode);
    int (*rmdir)(struct uk_mount *mount, const char *path);
    int (*rename)(struct uk_mount *mount, const char *from, const char *to);
    ssize_t (*readlink)(struct uk_mount *mount, const char *path, char *to, size_t size);
};

struct uk_mount {
    const struct uk_fs *fs;
    /* "" for the root, else "/data". */
    char path[UK_PATH_MAX];
    void *data;
    /* Held around every call of the file system's. */
    struct uk_mutex lock;
    struct uk_mount *next;
};

#define UK_FS(fs)                                                                                  \
    static const struct uk_fs *const uk_fs_##fs __attribute__((used, section("uk_fs"))) = &fs

/* Mounts a file system by its name. */
int uk_vfs_mount(const char *source, const char *path, const char *fs, const char *options);

/* The lowest free descriptor for a file, which the table owns from then on; negative errno. */
int uk_fd_alloc(struct uk_file *file);

/* The open file of a descriptor, with a reference for the caller; NULL for none. */
struct uk_file *uk_fd_get(int fd);
void uk_file_put(struct uk_file *file);

/* A file with these operations, one reference; NULL when memory is short. */
struct uk_file *uk_file_create(const struct uk_file_ops *ops, void *node, int flags);

/* Something became ready that poll or select may wait for. May be called in interrupts. */
void uk_poll_wake(void);

/* The absolute form of a path, from the working directory or an open one, without `.` and `..`. */
int uk_path_resolve(int directory, const char *path, char to[UK_PATH_MAX]);

/* Names that /dev has. */
struct uk_device_node {
    const char *name;
    const struct uk_file_ops *ops;
};

#define UK_DEVICE_NODE(identifier, name, ops)                                                      \
    static const struct uk_device_node uk_device_node_##identifier                                 \
        __attribute__((used, aligned(8), section("uk_device_nodes"))) = {name, ops}

#ifdef __cplusplus
}
#endif

#endif
