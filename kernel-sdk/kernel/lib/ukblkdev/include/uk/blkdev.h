/* Disks, as drivers offer them and file systems use them. */
#ifndef UK_BLKDEV_H
#define UK_BLKDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UK_SECTOR_SIZE 512UL

struct uk_blkdev {
    uint64_t sectors;
    bool read_only;
    /* Each sleeps until the device has answered; negative errno. `count` is in sectors. */
    int (*read)(struct uk_blkdev *device, uint64_t sector, void *to, size_t count);
    int (*write)(struct uk_blkdev *device, uint64_t sector, const void *from, size_t count);
    /* What was written before is on stable storage when it returns. */
    int (*flush)(struct uk_blkdev *device);
    struct uk_blkdev *next;
};

/* Called by a driver. */
void uk_blkdev_register(struct uk_blkdev *device);

/* The disks in the order in which they were found; NULL behind the last. */
struct uk_blkdev *uk_blkdev_get(unsigned index);

#ifdef __cplusplus
}
#endif

#endif
