/* A folder of the host's as a file system. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <uk/print.h>
#include <uk/vfs.h>

#include "client.h"

/* Flags that a server knows; the others are this kernel's own business. */
/* The protocol's flags are those of most architectures, but arm64 has another O_DIRECTORY. */
#define SERVER_FLAGS     (O_ACCMODE | O_EXCL | O_TRUNC)
#define SERVER_DIRECTORY 0200000

static struct p9_client *client_of(struct uk_file *file) {
    return file->mount->data;
}

static uint32_t fid_of(struct uk_file *file) {
    return (uint32_t)(uintptr_t)file->node;
}

static ssize_t file_read(struct uk_file *file, void *to, size_t size, off_t offset) {
    ssize_t count = p9_read(client_of(file), fid_of(file), to, size, offset);
    /* The server's word for reading a folder. */
    return count == -EOPNOTSUPP ? -EISDIR : count;
}

static ssize_t file_write(struct uk_file *file, const void *from, size_t size, off_t offset) {
    return p9_write(client_of(file), fid_of(file), from, size, offset);
}

static int file_stat(struct uk_file *file, struct stat *to) {
    return p9_getattr(client_of(file), fid_of(file), to);
}

static int file_truncate(struct uk_file *file, off_t size) {
    return p9_truncate(client_of(file), fid_of(file), size);
}

static int file_sync(struct uk_file *file) {
    return p9_fsync(client_of(file), fid_of(file));
}

static int file_readdir(struct uk_file *file, off_t *position, struct dirent *to) {
    uint64_t at = *position, inode;
    uint8_t type;
    int result;
    do
        result = p9_readdir(client_of(file), fid_of(file), &at, &inode, &type, to->d_name);
    while (result > 0 && (strcmp(to->d_name, ".") == 0 || strcmp(to->d_name, "..") == 0));
    if (result > 0) {
        *position = at;
        to->d_ino = inode;
        to->d_type = type;
    }
    return result;
}

static void file_close(struct uk_file *file) {
    p9_clunk(client_of(file), fid_of(file));
}

static const struct uk_file_ops file_ops = {
    .read = file_read,
    .write = file_write,
    .stat = file_stat,
    .truncate = file_truncate,
    .sync = file_sync,
    .readdir = file_readdir,
    .close = file_close,
    .seekable = true,
};

static uint32_t server_flags(int flags) {
    return (flags & SERVER_FLAGS) | (flags & O_DIRECTORY ? SERVER_DIRECTORY : 0);
}

/* Walks to the folder that a path's last name is in; gives that name. */
static int walk_to_parent(struct p9_client *client, const char *path, uint32_t *fid,
                          const char **name) {
    char folder[UK_PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t size = slash ? (size_t)(slash - path) : 0;
    memcpy(folder, path, size);
    folder[size] = '\0';
    *name = slash ? slash + 1 : path;
    return p9_walk(client, P9_ROOT_FID, folder, fid);
}

static int p9fs_mount(struct uk_mount *mount, const char *source, const char *options) {
    (void)options;
    struct p9_channel *channel = p9_channel_find(source);
    if (channel == NULL) {
        uk_pr_err("the machine shares no folder '%s': see volumes in the Kraftfile\n", source);
        return -ENODEV;
    }
    struct p9_client *client = calloc(1, sizeof(*client));
    if (client == NULL)
        return -ENOMEM;
    int error = p9_connect(client, channel);
    if (error) {
        free(client->request);
        free(client->answer);
        free(client);
        return error;
    }
    mount->data = client;
    return 0;
}

static int p9fs_open(struct uk_mount *mount, const char *path, int flags, mode_t mode,
                     struct uk_file *file) {
    struct p9_client *client = mount->data;
    uint32_t fid;
    int error = p9_walk(client, P9_ROOT_FID, path, &fid);
    if (error == 0 && (flags & O_CREAT) && (flags & O_EXCL)) {
        p9_clunk(client, fid);
        return -EEXIST;
    }
    if (error == 0) {
        error = p9_open(client, fid, server_flags(flags));
    } else if (error == -ENOENT && (flags & O_CREAT)) {
        const char *name;
        error = walk_to_parent(client, path, &fid, &name);
        if (error)
            return error;
        error = p9_create(client, fid, name, server_flags(flags), mode & 0777);
    } else {
        return error;
    }
    if (error) {
        p9_clunk(client, fid);
        return error;
    }
    file->ops = &file_ops;
    file->node = (void *)(uintptr_t)fid;
    return 0;
}

static int p9fs_stat(struct uk_mount *mount, const char *path, struct stat *to) {
    struct p9_client *client = mount->data;
    uint32_t fid;
    int error = p9_walk(client, P9_ROOT_FID, path, &fid);
    if (error)
        return error;
    error = p9_getattr(client, fid, to);
    p9_clunk(client, fid);
    return error;
}

static int remove_name(struct p9_client *client, const char *path, uint32_t flags) {
    uint32_t fid;
    const char *name;
    int error = walk_to_parent(client, path, &fid, &name);
    if (error)
        return error;
    error = p9_unlink(client, fid, name, flags);
    p9_clunk(client, fid);
    return error;
}

static int p9fs_unlink(struct uk_mount *mount, const char *path) {
    return remove_name(mount->data, path, 0);
}

static int p9fs_rmdir(struct uk_mount *mount, const char *path) {
    return remove_name(mount->data, path, AT_REMOVEDIR);
}

static int p9fs_mkdir(struct uk_mount *mount, const char *path, mode_t mode) {
    struct p9_client *client = mount->data;
    uint32_t fid;
    const char *name;
    int error = walk_to_parent(client, path, &fid, &name);
    if (error)
        return error;
    error = p9_mkdir(client, fid, name, mode & 0777);
    p9_clunk(client, fid);
    return error;
}

static int p9fs_rename(struct uk_mount *mount, const char *from, const char *to) {
    struct p9_client *client = mount->data;
    uint32_t from_fid, to_fid;
    const char *from_name, *to_name;
    int error = walk_to_parent(client, from, &from_fid, &from_name);
    if (error)
        return error;
    error = walk_to_parent(client, to, &to_fid, &to_name);
    if (error == 0) {
        error = p9_rename(client, from_fid, from_name, to_fid, to_name);
        p9_clunk(client, to_fid);
    }
    p9_clunk(client, from_fid);
    return error;
}

static ssize_t p9fs_readlink(struct uk_mount *mount, const char *path, char *to, size_t size) {
    struct p9_client *client = mount->data;
    struct stat status;
    uint32_t fid;
    int error = p9_walk(client, P9_ROOT_FID, path, &fid);
    if (error)
        return error;
    long length = p9_getattr(client, fid, &status);
    if (length == 0)
        length = S_ISLNK(status.st_mode) ? p9_readlink(client, fid, to, size) : -EINVAL;
    p9_clunk(client, fid);
    return length;
}

static const struct uk_fs p9fs = {
    .name = "9pfs",
    .mount = p9fs_mount,
    .open = p9fs_open,
    .stat = p9fs_stat,
    .unlink = p9fs_unlink,
    .mkdir = p9fs_mkdir,
    .rmdir = p9fs_rmdir,
    .rename = p9fs_rename,
    .readlink = p9fs_readlink,
};
UK_FS(p9fs);
