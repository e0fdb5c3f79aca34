/* What vfscore asks of a file system. Files stand in one folder. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uk/config.h>
#include <uk/init.h>
#include <uk/print.h>
#include <uk/vfs.h>

#include "blkfs.h"

/* An open file's node is its place in the metadata; the root's is this. */
#define ROOT BLKFS_FILES

static struct blkfs *fs_of(struct uk_file *file) {
    return file->mount->data;
}

static int index_of(struct uk_file *file) {
    return (int)(long)file->node;
}

static void fill_stat(struct blkfs *fs, int index, struct stat *to) {
    *to = (struct stat){.st_mode = S_IFDIR | 0755, .st_ino = index + 1, .st_nlink = 1};
    if (index == ROOT)
        return;
    const struct blkfs_file *entry = &fs->metadata->files[index];
    to->st_mode = S_IFREG | 0644;
    to->st_size = entry->size;
    to->st_blocks = (entry->size + 511) / 512;
    to->st_mtim.tv_sec = to->st_ctim.tv_sec = to->st_atim.tv_sec = entry->changed;
}

static ssize_t file_read(struct uk_file *file, void *to, size_t size, off_t offset) {
    if (index_of(file) == ROOT)
        return -EISDIR;
    return blkfs_read_file(fs_of(file), index_of(file), to, size, offset);
}

static ssize_t file_write(struct uk_file *file, const void *from, size_t size, off_t offset) {
    return blkfs_write_file(fs_of(file), index_of(file), from, size, offset);
}

static int file_stat(struct uk_file *file, struct stat *to) {
    fill_stat(fs_of(file), index_of(file), to);
    return 0;
}

static int file_truncate(struct uk_file *file, off_t size) {
    return blkfs_truncate_file(fs_of(file), index_of(file), size);
}

static int file_sync(struct uk_file *file) {
    return blkfs_sync(fs_of(file));
}

static int file_readdir(struct uk_file *file, off_t *position, struct dirent *to) {
    struct blkfs *fs = fs_of(file);
    if (index_of(file) != ROOT)
        return -ENOTDIR;
    for (; *position < BLKFS_FILES; (*position)++) {
        const struct blkfs_file *entry = &fs->metadata->files[*position];
        if (entry->name[0] == '\0' || fs->removed[*position])
            continue;
        to->d_ino = ++*position;
        to->d_type = DT_REG;
        strcpy(to->d_name, entry->name);
        return 1;
    }
    return 0;
}

static void forget(struct blkfs *fs, int index) {
    blkfs_truncate_file(fs, index, 0);
    fs->metadata->files[index] = (struct blkfs_file){0};
    fs->removed[index] = false;
    free(fs->chunks[index]);
    fs->chunks[index] = NULL;
    fs->chunk_room[index] = 0;
}

static void file_close(struct uk_file *file) {
    struct blkfs *fs = fs_of(file);
    int index = index_of(file);
    if (index != ROOT && --fs->opened[index] == 0 && fs->removed[index])
        forget(fs, index);
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

/* The source is "vda", "vdb", … or empty for the first disk. */
static int blkfs_mount(struct uk_mount *mount, const char *source, const char *options) {
    (void)options;
    unsigned index = strncmp(source, "vd", 2) == 0 ? source[2] - 'a' : 0;
    struct uk_blkdev *disk = uk_blkdev_get(index);
    if (disk == NULL) {
        uk_pr_err("there is no disk '%s': give the machine one, x-disks in the Kraftfile\n",
                  source);
        return -ENODEV;
    }
    struct blkfs *fs = calloc(1, sizeof(*fs));
    if (fs == NULL)
        return -ENOMEM;
    int error = blkfs_open_disk(fs, disk);
    if (error) {
        free(fs->metadata);
        free(fs);
        return error;
    }
    mount->data = fs;
    return 0;
}

static int create(struct blkfs *fs, const char *name) {
    if (strchr(name, '/') || strlen(name) >= BLKFS_NAME_SIZE)
        return strchr(name, '/') ? -ENOENT : -ENAMETOOLONG;
    for (int i = 0; i < BLKFS_FILES; i++) {
        struct blkfs_file *entry = &fs->metadata->files[i];
        if (entry->name[0] != '\0' || fs->removed[i])
            continue;
        *entry = (struct blkfs_file){.changed = time(NULL)};
        strcpy(entry->name, name);
        fs->metadata_dirty = true;
        return i;
    }
    return -ENOSPC;
}

static int blkfs_open(struct uk_mount *mount, const char *path, int flags, mode_t mode,
                      struct uk_file *file) {
    (void)mode;
    struct blkfs *fs = mount->data;
    bool writes = (flags & O_ACCMODE) != O_RDONLY;
    int index = path[0] == '\0' ? ROOT : blkfs_find_file(fs, path);
    if (fs->disk->read_only && writes)
        return -EROFS;
    if (index == ROOT && writes)
        return -EISDIR;
    if (index >= 0 && (flags & O_CREAT) && (flags & O_EXCL))
        return -EEXIST;
    if (index == -ENOENT && (flags & O_CREAT))
        index = create(fs, path);
    if (index < 0)
        return index;
    if (index != ROOT && (flags & O_DIRECTORY))
        return -ENOTDIR;
    file->ops = &file_ops;
    file->node = (void *)(long)index;
    if (index != ROOT)
        fs->opened[index]++;
    return index != ROOT && (flags & O_TRUNC) ? blkfs_truncate_file(fs, index, 0) : 0;
}

static int blkfs_stat(struct uk_mount *mount, const char *path, struct stat *to) {
    int index = path[0] == '\0' ? ROOT : blkfs_find_file(mount->data, path);
    if (index >= 0)
        fill_stat(mount->data, index, to);
    return index < 0 ? index : 0;
}

/* A file that is open keeps its chunks, without a name, until its last close. */
static void remove_entry(struct blkfs *fs, int index) {
    if (fs->opened[index] == 0) {
        forget(fs, index);
    } else {
        fs->removed[index] = true;
        fs->metadata->files[index].name[0] = '\0';
        fs->metadata_dirty = true;
    }
}

/* The change is on the disk when this returns: for SQLite it is what commits. */
static int blkfs_unlink(struct uk_mount *mount, const char *path) {
    struct blkfs *fs = mount->data;
    int index = blkfs_find_file(fs, path);
    if (index < 0)
        return index;
    remove_entry(fs, index);
    return blkfs_sync(fs);
}

static int blkfs_rename(struct uk_mount *mount, const char *from, const char *to) {
    struct blkfs *fs = mount->data;
    int index = blkfs_find_file(fs, from), there = blkfs_find_file(fs, to);
    if (index < 0)
        return index;
    if (index == there)
        return 0;
    if (strchr(to, '/') || to[0] == '\0' || strlen(to) >= BLKFS_NAME_SIZE)
        return -EINVAL;
    if (there >= 0)
        remove_entry(fs, there);
    strcpy(fs->metadata->files[index].name, to);
    fs->metadata_dirty = true;
    return blkfs_sync(fs);
}

static const struct uk_fs blkfs = {
    .name = "blkfs",
    .mount = blkfs_mount,
    .open = blkfs_open,
    .stat = blkfs_stat,
    .unlink = blkfs_unlink,
    .rename = blkfs_rename,
};
UK_FS(blkfs);

/* Behind vfs.fstab's mounts: within a level the linker keeps the libraries' order, and vfscore
 * comes first. */
static void mount_first_disk(void) {
    if (CONFIG_LIBUKBLKFS_AUTOMOUNT[0] == '\0')
        return;
    int error = uk_vfs_mount("vda", CONFIG_LIBUKBLKFS_AUTOMOUNT, "blkfs", "");
    if (error)
        uk_pr_err("the first disk could not be mounted on '%s': %s\n", CONFIG_LIBUKBLKFS_AUTOMOUNT,
                  strerror(-error));
}
UK_INIT(UK_INIT_ROOTFS, mount_first_disk);
