/* The list of disks. */
#include <uk/blkdev.h>

static struct uk_blkdev *first;

void uk_blkdev_register(struct uk_blkdev *device) {
    struct uk_blkdev **end = &first;
    while (*end)
        end = &(*end)->next;
    *end = device;
}

struct uk_blkdev *uk_blkdev_get(unsigned index) {
    struct uk_blkdev *device = first;
    while (device && index-- > 0)
        device = device->next;
    return device;
}
