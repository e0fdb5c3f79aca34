/* Within this library. */
#ifndef VFSCORE_VFS_H
#define VFSCORE_VFS_H

#include <uk/vfs.h>

/* Symbolic links that one path may go through. */
#define SYMLINKS_MAX 8

int fd_alloc_from(struct uk_file *file, int lowest);
int fd_replace(int fd, struct uk_file *file);

/* NULL, for files without a file system, is left alone. */
void vfs_lock(struct uk_mount *mount);
void vfs_unlock(struct uk_mount *mount);

/* The mount that an absolute path is in, and the path's rest there; NULL when nothing is mounted.
 */
struct uk_mount *vfs_find(const char *path, const char **rest);

/* What becomes of a path's last name when it is a symbolic link. */
enum vfs_last_link { VFS_KEEP, VFS_FOLLOW, VFS_REFUSE };

/* Uses an absolute path, in which it replaces the links that it follows: `use` is called again for
 * as long as it gives -ENOENT or -ENOTDIR and there are links among the path's folders. */
int vfs_use(char path[UK_PATH_MAX], enum vfs_last_link last,
            int (*use)(const char *path, void *argument), void *argument);

/* Opens an absolute path. */
int vfs_open(const char *path, int flags, mode_t mode, struct uk_file **to);
/* A path as it is: no link in it is followed. */
int vfs_stat_here(const char *path, struct stat *to);
int vfs_stat(const char *path, struct stat *to, bool follow);

extern char vfs_working_directory[UK_PATH_MAX];

/* A device of /dev; NULL for a path that is none. */
const struct uk_device_node *device_node(const char *path);

#endif
