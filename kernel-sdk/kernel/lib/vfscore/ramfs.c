/*
 * A file system in memory: a tree of nodes. Files from an initial RAM disk keep their content where
 * it was loaded until they are written.
 */
#include "ramfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vfs.h"

struct ramfs_node {
    char *name;
    mode_t mode;
    ino_t number;
    /* The newest child stands first; `order` falls from child to child. */
    struct ramfs_node *parent, *children, *next;
    off_t order;
    char *data;
    size_t size;
    /* Bytes that `data` has room for; 0 where it is not ours. */
    size_t room;
    struct timespec changed;
    /* Open files; a node without a name goes with the last of them. */
    unsigned opened;
    bool removed;
};

static ino_t last_number;
static off_t last_order;

static void attach(struct ramfs_node *node, struct ramfs_node *parent) {
    node->parent = parent;
    node->order = ++last_order;
    node->next = parent->children;
    parent->children = node;
}

static struct ramfs_node *new_node(struct ramfs_node *parent, const char *name, size_t length,
                                   mode_t mode) {
    struct ramfs_node *node = calloc(1, sizeof(*node));
    if (node == NULL || (node->name = strndup(name, length)) == NULL) {
        free(node);
        return NULL;
    }
    node->mode = mode;
    node->number = ++last_number;
    clock_gettime(CLOCK_REALTIME, &node->changed);
    if (parent)
        attach(node, parent);
    return node;
}

static void free_node(struct ramfs_node *node) {
    if (node->room > 0)
        free(node->data);
    free(node->name);
    free(node);
}

static void detach(struct ramfs_node *node) {
    struct ramfs_node **at = &node->parent->children;
    while (*at != node)
        at = &(*at)->next;
    *at = node->next;
    node->removed = true;
    if (node->opened == 0)
        free_node(node);
}

static struct ramfs_node *child_of(struct ramfs_node *node, const char *name, size_t length) {
    struct ramfs_node *child = node->children;
    while (child && (strlen(child->name) != length || memcmp(child->name, name, length) != 0))
        child = child->next;
    return child;
}

/* The node of a path; with `parent`, also the folder it would be in, and its name there. */
static struct ramfs_node *look_up(struct ramfs_node *root, const char *path,
                                  struct ramfs_node **parent, const char **name) {
    struct ramfs_node *node = root, *above = NULL;
    while (node && *path != '\0') {
        size_t length = strcspn(path, "/");
        above = S_ISDIR(node->mode) ? node : NULL;
        if (name)
            *name = path;
        node = above ? child_of(node, path, length) : NULL;
        path += length;
        if (*path == '/') {
            path++;
            if (node == NULL)
                above = NULL;
        }
    }
    if (parent)
        *parent = *path == '\0' ? above : NULL;
    return node;
}

/* Why a path leads to no node: a file stands where a folder should, or nothing does. */
static int missing(struct ramfs_node *root, const char *path) {
    struct ramfs_node *node = root;
    while (node && *path != '\0') {
        size_t length = strcspn(path, "/");
        if (length > NAME_MAX)
            return -ENAMETOOLONG;
        if (!S_ISDIR(node->mode))
            return -ENOTDIR;
        node = child_of(node, path, length);
        path += length + (path[length] == '/');
    }
    return -ENOENT;
}

static void fill_stat(const struct ramfs_node *node, struct stat *to) {
    *to = (struct stat){
        .st_mode = node->mode,
        .st_ino = node->number,
        .st_size = node->size,
        .st_blocks = (node->size + 511) / 512,
        .st_nlink = 1,
        .st_mtim = node->changed,
        .st_ctim = node->changed,
        .st_atim = node->changed,
    };
}

/* Makes room for `size` bytes of the node's own. */
static int reserve(struct ramfs_node *node, size_t size) {
    if (size <= node->room)
        return 0;
    size_t room = size < 2 * node->room ? 2 * node->room : size;
    char *data = node->room > 0 ? realloc(node->data, room) : malloc(room);
    if (data == NULL)
        return -ENOSPC;
    if (node->room == 0 && node->size > 0)
        memcpy(data, node->data, node->size < room ? node->size : room);
    node->data = data;
    node->room = room;
    return 0;
}

static ssize_t ramfs_read(struct uk_file *file, void *to, size_t size, off_t offset) {
    struct ramfs_node *node = file->node;
    if (S_ISDIR(node->mode))
        return -EISDIR;
    if ((size_t)offset >= node->size)
        return 0;
    if (size > node->size - offset)
        size = node->size - offset;
    memcpy(to, node->data + offset, size);
    return size;
}

static int ramfs_truncate(struct uk_file *file, off_t size) {
    struct ramfs_node *node = file->node;
    if ((size_t)size > node->size) {
        int error = reserve(node, size);
        if (error)
            return error;
        memset(node->data + node->size, 0, size - node->size);
    }
    node->size = size;
    clock_gettime(CLOCK_REALTIME, &node->changed);
    return 0;
}

static ssize_t ramfs_write(struct uk_file *file, const void *from, size_t size, off_t offset) {
    struct ramfs_node *node = file->node;
    size_t end = offset + size;
    int error = reserve(node, end > node->size ? end : node->size ? node->size : 1);
    if (error)
        return error;
    if ((size_t)offset > node->size)
        memset(node->data + node->size, 0, offset - node->size);
    memcpy(node->data + offset, from, size);
    if (end > node->size)
        node->size = end;
    clock_gettime(CLOCK_REALTIME, &node->changed);
    return size;
}

static int ramfs_fstat(struct uk_file *file, struct stat *to) {
    fill_stat(file->node, to);
    return 0;
}

static int ramfs_readdir(struct uk_file *file, off_t *position, struct dirent *to) {
    struct ramfs_node *node = file->node;
    if (!S_ISDIR(node->mode))
        return -ENOTDIR;
    /* The position is the last entry's order: others may come and go meanwhile. */
    struct ramfs_node *child = node->children;
    while (child && *position != 0 && child->order >= *position)
        child = child->next;
    if (child == NULL)
        return 0;
    *position = child->order;
    to->d_ino = child->number;
    to->d_type = IFTODT(child->mode);
    strncpy(to->d_name, child->name, sizeof(to->d_name) - 1);
    return 1;
}

static void ramfs_close(struct uk_file *file) {
    struct ramfs_node *node = file->node;
    if (--node->opened == 0 && node->removed)
        free_node(node);
}

static const struct uk_file_ops ramfs_ops = {
    .read = ramfs_read,
    .write = ramfs_write,
    .stat = ramfs_fstat,
    .truncate = ramfs_truncate,
    .readdir = ramfs_readdir,
    .close = ramfs_close,
    .seekable = true,
};

static int ramfs_mount(struct uk_mount *mount, const char *source, const char *options) {
    (void)source, (void)options;
    mount->data = new_node(NULL, "", 0, S_IFDIR | 0755);
    return mount->data ? 0 : -ENOMEM;
}

static int ramfs_open(struct uk_mount *mount, const char *path, int flags, mode_t mode,
                      struct uk_file *file) {
    struct ramfs_node *parent;
    const char *name;
    struct ramfs_node *node = look_up(mount->data, path, &parent, &name);
    if (node && (flags & O_CREAT) && (flags & O_EXCL))
        return -EEXIST;
    if (node == NULL) {
        if (!(flags & O_CREAT) || parent == NULL || strlen(name) > NAME_MAX)
            return missing(mount->data, path);
        node = new_node(parent, name, strlen(name), S_IFREG | (mode & 0777));
        if (node == NULL)
            return -ENOSPC;
    }
    if (S_ISDIR(node->mode) && (flags & O_ACCMODE) != O_RDONLY)
        return -EISDIR;
    if (!S_ISDIR(node->mode) && (flags & O_DIRECTORY))
        return -ENOTDIR;
    file->ops = &ramfs_ops;
    file->node = node;
    node->opened++;
    if ((flags & O_TRUNC) && S_ISREG(node->mode))
        ramfs_truncate(file, 0);
    return 0;
}

static int ramfs_stat(struct uk_mount *mount, const char *path, struct stat *to) {
    struct ramfs_node *node = look_up(mount->data, path, NULL, NULL);
    if (node == NULL)
        return missing(mount->data, path);
    fill_stat(node, to);
    return 0;
}

static int ramfs_unlink(struct uk_mount *mount, const char *path) {
    struct ramfs_node *node = look_up(mount->data, path, NULL, NULL);
    if (node == NULL)
        return missing(mount->data, path);
    if (S_ISDIR(node->mode))
        return -EISDIR;
    detach(node);
    return 0;
}

static int ramfs_mkdir(struct uk_mount *mount, const char *path, mode_t mode) {
    struct ramfs_node *parent;
    const char *name;
    if (look_up(mount->data, path, &parent, &name))
        return -EEXIST;
    if (parent == NULL || strlen(name) > NAME_MAX)
        return missing(mount->data, path);
    return new_node(parent, name, strlen(name), S_IFDIR | (mode & 0777)) ? 0 : -ENOSPC;
}

static int ramfs_rmdir(struct uk_mount *mount, const char *path) {
    struct ramfs_node *node = look_up(mount->data, path, NULL, NULL);
    if (node == NULL)
        return missing(mount->data, path);
    if (!S_ISDIR(node->mode))
        return -ENOTDIR;
    if (node->children)
        return -ENOTEMPTY;
    if (node->parent == NULL)
        return -EBUSY;
    detach(node);
    return 0;
}

static bool contains(const struct ramfs_node *folder, const struct ramfs_node *node) {
    while (node && node != folder)
        node = node->parent;
    return node != NULL;
}

static int ramfs_rename(struct uk_mount *mount, const char *from, const char *to) {
    struct ramfs_node *parent;
    const char *name;
    struct ramfs_node *node = look_up(mount->data, from, NULL, NULL);
    struct ramfs_node *there = look_up(mount->data, to, &parent, &name);
    if (node == NULL)
        return missing(mount->data, from);
    if (parent == NULL)
        return there ? -EBUSY : missing(mount->data, to);
    if (node->parent == NULL)
        return -EBUSY;
    if (there == node)
        return 0;
    if (contains(node, parent))
        return -EINVAL;
    if (there && S_ISDIR(node->mode) != S_ISDIR(there->mode))
        return S_ISDIR(there->mode) ? -EISDIR : -ENOTDIR;
    if (there && (there->children || there->parent == NULL))
        return -ENOTEMPTY;
    if (strlen(name) > NAME_MAX)
        return -ENAMETOOLONG;
    char *renamed = strdup(name);
    if (renamed == NULL)
        return -ENOMEM;
    if (there)
        detach(there);
    struct ramfs_node **at = &node->parent->children;
    while (*at != node)
        at = &(*at)->next;
    *at = node->next;
    free(node->name);
    node->name = renamed;
    attach(node, parent);
    return 0;
}

static ssize_t ramfs_readlink(struct uk_mount *mount, const char *path, char *to, size_t size) {
    struct ramfs_node *node = look_up(mount->data, path, NULL, NULL);
    if (node == NULL)
        return missing(mount->data, path);
    if (!S_ISLNK(node->mode))
        return -EINVAL;
    if (size > node->size)
        size = node->size;
    memcpy(to, node->data, size);
    return size;
}

static const struct uk_fs ramfs = {
    .name = "ramfs",
    .mount = ramfs_mount,
    .open = ramfs_open,
    .stat = ramfs_stat,
    .unlink = ramfs_unlink,
    .mkdir = ramfs_mkdir,
    .rmdir = ramfs_rmdir,
    .rename = ramfs_rename,
    .readlink = ramfs_readlink,
};
UK_FS(ramfs);

int ramfs_add(struct uk_mount *mount, const char *path, mode_t mode, const char *data,
              size_t size) {
    struct ramfs_node *parent;
    const char *name;
    struct ramfs_node *node = look_up(mount->data, path, &parent, &name);
    if (node == NULL && parent)
        node = new_node(parent, name, strlen(name), mode);
    if (node == NULL)
        return parent ? -ENOMEM : -ENOENT;
    node->mode = mode;
    if (!S_ISDIR(mode)) {
        node->data = (char *)data;
        node->size = size;
    }
    return 0;
}
