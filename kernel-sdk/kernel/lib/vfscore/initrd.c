/* The initial RAM disk: a cpio archive (format "newc", cpio(5)) whose files go to the root file
 * system. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <uk/plat/memory.h>
#include <uk/print.h>

#include "ramfs.h"
#include "vfs.h"

#define MAGIC        "070701"
#define MAGIC_SIZE   6
#define FIELD_SIZE   8
#define FIELD_MODE   1
#define FIELD_SIZE_N 6
#define FIELD_NAME   11
#define HEADER_SIZE  110
#define TRAILER      "TRAILER!!!"

/* A field is eight hexadecimal digits. */
static bool field(const char *header, int index, uint32_t *value) {
    *value = 0;
    for (int i = 0; i < FIELD_SIZE; i++) {
        char c = header[MAGIC_SIZE + index * FIELD_SIZE + i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return false;
        *value = *value << 4 | digit;
    }
    return true;
}

static size_t aligned(size_t offset) {
    return (offset + 3) & ~(size_t)3;
}

static int damaged(size_t offset) {
    uk_pr_err("the initial RAM disk is damaged or cut off at byte %lu\n", (unsigned long)offset);
    return -EINVAL;
}

static int extract(struct uk_mount *mount, const char *archive, size_t size) {
    for (size_t at = 0;;) {
        uint32_t mode, bytes, name_size;
        if (size - at < HEADER_SIZE || memcmp(archive + at, MAGIC, MAGIC_SIZE) != 0 ||
            !field(archive + at, FIELD_MODE, &mode) || !field(archive + at, FIELD_SIZE_N, &bytes) ||
            !field(archive + at, FIELD_NAME, &name_size))
            return damaged(at);
        const char *name = archive + at + HEADER_SIZE;
        size_t data = aligned(at + HEADER_SIZE + name_size);
        if (name_size == 0 || data > size || bytes > size - data || name[name_size - 1] != '\0')
            return damaged(at);
        if (strcmp(name, TRAILER) == 0)
            return 0;
        if (strncmp(name, "./", 2) == 0)
            name += 2;
        while (*name == '/')
            name++;
        if (*name != '\0' && strcmp(name, ".") != 0) {
            int error = ramfs_add(mount, name, mode, archive + data, bytes);
            if (error)
                return error;
        }
        at = aligned(data + bytes);
        if (at > size)
            return damaged(at);
    }
}

/* Not a file system of its own: what is mounted so is unpacked into the one that is there. */
static int initrd_mount(struct uk_mount *mount, const char *source, const char *options) {
    (void)source, (void)options;
    size_t size;
    const char *archive = ukplat_initrd(&size);
    const char *rest;
    struct uk_mount *target = vfs_find(mount->path[0] ? mount->path : "/", &rest);
    if (archive == NULL)
        return -ENOENT;
    if (target == NULL || *rest != '\0')
        return -ENOTDIR;
    return extract(target, archive, size);
}

static const struct uk_fs initrd = {.name = "extract", .mount = initrd_mount};
UK_FS(initrd);
