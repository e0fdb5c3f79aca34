#ifndef VFSCORE_RAMFS_H
#define VFSCORE_RAMFS_H

#include <uk/vfs.h>

/* Adds a file whose content stays where it is; its folder must be there. */
int ramfs_add(struct uk_mount *mount, const char *path, mode_t mode, const char *data, size_t size);

#endif
