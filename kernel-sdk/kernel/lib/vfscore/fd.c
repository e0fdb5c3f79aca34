/* Open files and their numbers. */
#include <errno.h>
#include <uk/alloc.h>
#include <uk/arch/lcpu.h>
#include <uk/config.h>
#include <uk/vfs.h>

#include "vfs.h"

static struct uk_file *files[CONFIG_LIBVFSCORE_FDS];

struct uk_file *uk_file_create(const struct uk_file_ops *ops, void *node, int flags) {
    struct uk_file *file = uk_calloc(uk_alloc_get_default(), 1, sizeof(*file));
    if (file)
        *file = (struct uk_file){.ops = ops, .node = node, .flags = flags, .references = 1};
    return file;
}

void uk_file_put(struct uk_file *file) {
    unsigned long flags = ukarch_irq_save();
    bool last = --file->references == 0;
    ukarch_irq_restore(flags);
    if (!last)
        return;
    if (file->ops && file->ops->close) {
        vfs_lock(file->mount);
        file->ops->close(file);
        vfs_unlock(file->mount);
    }
    if (file->path)
        uk_free(uk_alloc_get_default(), file->path);
    uk_free(uk_alloc_get_default(), file);
}

struct uk_file *uk_fd_get(int fd) {
    if (fd < 0 || fd >= CONFIG_LIBVFSCORE_FDS)
        return NULL;
    unsigned long flags = ukarch_irq_save();
    struct uk_file *file = files[fd];
    if (file)
        file->references++;
    ukarch_irq_restore(flags);
    return file;
}

int fd_alloc_from(struct uk_file *file, int lowest) {
    unsigned long flags = ukarch_irq_save();
    int fd = lowest;
    while (fd < CONFIG_LIBVFSCORE_FDS && files[fd])
        fd++;
    if (fd < CONFIG_LIBVFSCORE_FDS)
        files[fd] = file;
    else
        fd = -EMFILE;
    ukarch_irq_restore(flags);
    return fd;
}

int uk_fd_alloc(struct uk_file *file) {
    return fd_alloc_from(file, 0);
}

/* Puts a file in the place of another, or NULL: closes it. */
int fd_replace(int fd, struct uk_file *file) {
    if (fd < 0 || fd >= CONFIG_LIBVFSCORE_FDS)
        return -EBADF;
    unsigned long flags = ukarch_irq_save();
    struct uk_file *old = files[fd];
    files[fd] = file;
    ukarch_irq_restore(flags);
    if (old)
        uk_file_put(old);
    return old || file ? fd : -EBADF;
}
