/* Mounts, and paths. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/config.h>
#include <uk/init.h>
#include <uk/parameter.h>
#include <uk/plat/memory.h>
#include <uk/print.h>

#include "vfs.h"

#define FSTAB_MAX    16
#define FSTAB_FIELDS 5

extern const struct uk_fs *const __start_uk_fs[];
extern const struct uk_fs *const __stop_uk_fs[];

char vfs_working_directory[UK_PATH_MAX] = "/";

static struct uk_mount *mounts;
static const char *fstab[FSTAB_MAX];
static int fstab_count;

void vfs_lock(struct uk_mount *mount) {
    if (mount)
        uk_mutex_lock(&mount->lock);
}

void vfs_unlock(struct uk_mount *mount) {
    if (mount)
        uk_mutex_unlock(&mount->lock);
}

/* Appends one part of a path to an absolute one that ends in no slash. */
static int append(char *to, size_t *length, const char *part, size_t size) {
    if (size == 0 || (size == 1 && part[0] == '.'))
        return 0;
    if (size == 2 && part[0] == '.' && part[1] == '.') {
        while (*length > 0 && to[--*length] != '/')
            ;
        return 0;
    }
    if (*length + 1 + size >= UK_PATH_MAX)
        return -ENAMETOOLONG;
    to[(*length)++] = '/';
    memcpy(to + *length, part, size);
    *length += size;
    return 0;
}

static int append_all(char *to, size_t *length, const char *path) {
    while (*path != '\0') {
        size_t size = strcspn(path, "/");
        int error = append(to, length, path, size);
        if (error)
            return error;
        path += size + (path[size] == '/');
    }
    return 0;
}

int uk_path_resolve(int directory, const char *path, char to[UK_PATH_MAX]) {
    size_t length = 0;
    int error = 0;
    if (path[0] == '\0')
        return -ENOENT;
    if (path[0] != '/' && directory == AT_FDCWD)
        error = append_all(to, &length, vfs_working_directory);
    if (path[0] != '/' && directory != AT_FDCWD) {
        struct uk_file *file = uk_fd_get(directory);
        if (file == NULL)
            return -EBADF;
        error = file->path ? append_all(to, &length, file->path) : -ENOTDIR;
        uk_file_put(file);
    }
    if (error == 0)
        error = append_all(to, &length, path);
    if (length == 0)
        to[length++] = '/';
    to[length] = '\0';
    return error;
}

struct uk_mount *vfs_find(const char *path, const char **rest) {
    struct uk_mount *best = NULL;
    size_t longest = 0;
    for (struct uk_mount *mount = mounts; mount; mount = mount->next) {
        size_t length = strlen(mount->path);
        if (strncmp(path, mount->path, length) == 0 &&
            (path[length] == '/' || path[length] == '\0') && (!best || length > longest)) {
            best = mount;
            longest = length;
        }
    }
    if (best)
        *rest = path[longest] == '/' ? path + longest + 1 : path + longest;
    return best;
}

/* Follows the symbolic link that is the first `end` bytes of a path; 1 when there was one. */
static int follow(char path[UK_PATH_MAX], size_t end) {
    const char *rest;
    char link[UK_PATH_MAX], target[UK_PATH_MAX], behind[UK_PATH_MAX];
    memcpy(link, path, end);
    link[end] = '\0';
    struct uk_mount *mount = vfs_find(link, &rest);
    if (!mount || !mount->fs->readlink || *rest == '\0')
        return 0;
    vfs_lock(mount);
    ssize_t size = mount->fs->readlink(mount, rest, target, sizeof(target) - 1);
    vfs_unlock(mount);
    if (size < 0)
        return 0;
    target[size] = '\0';
    strcpy(behind, path + end);
    size_t length = 0;
    int error = 0;
    if (target[0] != '/') {
        *strrchr(link, '/') = '\0';
        error = append_all(path, &length, link);
    }
    if (error == 0)
        error = append_all(path, &length, target);
    if (error == 0)
        error = append_all(path, &length, behind);
    if (length == 0)
        path[length++] = '/';
    path[length] = '\0';
    return error ? error : 1;
}

/* Follows the first symbolic link among a path's folders; 1 when there was one. */
static int follow_folder(char path[UK_PATH_MAX]) {
    int followed = 0;
    for (char *slash = strchr(path + 1, '/'); slash && followed == 0;
         slash = strchr(slash + 1, '/'))
        followed = follow(path, slash - path);
    return followed;
}

/* Links in a path's folders are looked for when it leads nowhere: most paths have none. */
static bool leads_nowhere(int error) {
    return error == -ENOENT || error == -ENOTDIR;
}

int vfs_use(char path[UK_PATH_MAX], enum vfs_last_link last,
            int (*use)(const char *path, void *argument), void *argument) {
    for (int links = 0; links <= SYMLINKS_MAX; links++) {
        int followed = last == VFS_KEEP ? 0 : follow(path, strlen(path));
        if (followed == 1 && last == VFS_REFUSE)
            return -ELOOP;
        if (followed == 0) {
            int error = use(path, argument);
            if (leads_nowhere(error))
                followed = follow_folder(path);
            if (followed == 0)
                return error;
        }
        if (followed < 0)
            return followed;
    }
    return -ELOOP;
}

int vfs_stat_here(const char *path, struct stat *to) {
    *to = (struct stat){0};
    if (device_node(path)) {
        to->st_mode = S_IFCHR | 0666;
        return 0;
    }
    const char *rest;
    struct uk_mount *mount = vfs_find(path, &rest);
    if (mount == NULL)
        return -ENOENT;
    vfs_lock(mount);
    int error = mount->fs->stat(mount, rest, to);
    vfs_unlock(mount);
    to->st_blksize = 4096;
    to->st_nlink = to->st_nlink ? to->st_nlink : 1;
    return error;
}

static int stat_here(const char *path, void *to) {
    return vfs_stat_here(path, to);
}

int vfs_stat(const char *path, struct stat *to, bool follow_links) {
    char real[UK_PATH_MAX];
    strcpy(real, path);
    return vfs_use(real, follow_links ? VFS_FOLLOW : VFS_KEEP, stat_here, to);
}

struct opening {
    int flags;
    mode_t mode;
    struct uk_file *file;
};

static int open_here(const char *path, void *argument) {
    const struct opening *opening = argument;
    const struct uk_device_node *device = device_node(path);
    if (device) {
        opening->file->ops = device->ops;
        return 0;
    }
    const char *rest;
    struct uk_mount *mount = vfs_find(path, &rest);
    if (mount == NULL)
        return -ENOENT;
    vfs_lock(mount);
    int error = mount->fs->open(mount, rest, opening->flags, opening->mode, opening->file);
    vfs_unlock(mount);
    opening->file->mount = mount;
    return error;
}

/* What is created must not be there, not even as a link. */
static enum vfs_last_link last_link_of(int flags) {
    if ((flags & O_CREAT) && (flags & O_EXCL))
        return VFS_KEEP;
    return flags & O_NOFOLLOW ? VFS_REFUSE : VFS_FOLLOW;
}

int vfs_open(const char *path, int flags, mode_t mode, struct uk_file **to) {
    char real[UK_PATH_MAX];
    strcpy(real, path);
    struct uk_file *file = uk_file_create(NULL, NULL, flags);
    if (file == NULL)
        return -ENOMEM;
    struct opening opening = {flags, mode, file};
    int error = vfs_use(real, last_link_of(flags), open_here, &opening);
    if (error)
        file->ops = NULL;
    else if ((file->path = strdup(real)) == NULL)
        error = -ENOMEM;
    if (error) {
        uk_file_put(file);
        return error;
    }
    *to = file;
    return 0;
}

int uk_vfs_mount(const char *source, const char *path, const char *fs, const char *options) {
    const struct uk_fs *const *found = __start_uk_fs;
    while (found < __stop_uk_fs && strcmp((*found)->name, fs) != 0)
        found++;
    if (found == __stop_uk_fs)
        return -ENODEV;
    struct uk_mount *mount = uk_calloc(uk_alloc_get_default(), 1, sizeof(*mount));
    if (mount == NULL)
        return -ENOMEM;
    mount->fs = *found;
    mount->lock.waiting.name = "a file system";
    /* The root's path is empty: every path begins with it. */
    if (strcmp(path, "/") != 0)
        strncpy(mount->path, path, UK_PATH_MAX - 1);
    int error = mount->fs->mount(mount, source, options);
    /* What only unpacks itself into another file system is not kept. */
    if (error || mount->fs->open == NULL) {
        uk_free(uk_alloc_get_default(), mount);
        return error;
    }
    mount->next = mounts;
    mounts = mount;
    return 0;
}

static void add_fstab_entry(const char *entry) {
    if (fstab_count < FSTAB_MAX)
        fstab[fstab_count++] = entry;
}
UK_PARAMETER("vfs.fstab", add_fstab_entry);

/* An entry is source:path:file system:flags:options:how, as in Unikraft's vfs.fstab. */
static void mount_entry(const char *entry) {
    char copy[UK_PATH_MAX], *fields[FSTAB_FIELDS] = {"", "", "", "", ""};
    strncpy(copy, entry, sizeof(copy) - 1);
    copy[sizeof(copy) - 1] = '\0';
    char *at = copy;
    for (int i = 0; i < FSTAB_FIELDS && at; i++)
        fields[i] = strsep(&at, ":");
    int error = uk_vfs_mount(fields[0], fields[1], fields[2], fields[4]);
    if (error)
        uk_pr_err("'%s' could not be mounted on '%s' as %s: %s\n", fields[0], fields[1], fields[2],
                  strerror(-error));
    else
        uk_pr_info("mounted %s on %s (%s)\n", fields[0], fields[1], fields[2]);
}

static void mount_all(void) {
    int error = uk_vfs_mount("", "/", "ramfs", "");
    if (error)
        uk_pr_err("the root file system could not be mounted: %s\n", strerror(-error));
    bool extracted = false;
    for (int i = 0; i < fstab_count; i++) {
        extracted |= strstr(fstab[i], ":extract") != NULL;
        mount_entry(fstab[i]);
    }
    size_t size;
    if (!extracted && ukplat_initrd(&size))
        mount_entry("initrd0:/:extract");
}
UK_INIT(UK_INIT_ROOTFS, mount_all);
