/* Virtio disks (virtio 1.2, section 5.2). */
#include <errno.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/blkdev.h>
#include <uk/print.h>
#include <uk/trace.h>
#include <virtio/virtio.h>

#define QUEUE_SIZE      64
#define FEATURE_RO      (1UL << 5)
#define FEATURE_FLUSH   (1UL << 9)
#define CONFIG_CAPACITY 0

#define REQUEST_IN    0
#define REQUEST_OUT   1
#define REQUEST_FLUSH 4
#define STATUS_OK     0

/* struct virtio_blk_req, 5.2.6, and whether the device is done with it. */
struct request {
    struct {
        uint32_t type, reserved;
        uint64_t sector;
    } header;
    volatile uint8_t status;
    bool done;
};

struct disk {
    struct uk_blkdev blkdev;
    struct virtio_queue *queue;
    bool can_flush;
};

/* Takes what the device is done with, whoever asked for it; true when `mine` is among it. */
static bool is_done(struct disk *disk, struct request *mine) {
    for (struct request *other; (other = virtio_queue_take(disk->queue, NULL)) != NULL;) {
        other->done = true;
        if (other != mine)
            uk_waitq_wake_all(&disk->queue->waiting);
    }
    return mine->done;
}

static int submit(struct disk *disk, uint32_t type, uint64_t sector, void *data, size_t count) {
    struct request request = {.header = {.type = type, .sector = sector}, .status = 0xff};
    uint32_t bytes = count * UK_SECTOR_SIZE;
    struct virtio_segment segments[3] = {{&request.header, sizeof(request.header)}};
    unsigned used = 1;
    if (bytes > 0)
        segments[used++] = (struct virtio_segment){data, bytes};
    segments[used++] = (struct virtio_segment){(void *)&request.status, 1};
    unsigned out = type == REQUEST_OUT ? 2 : 1;
    uk_waitq_wait_event(&disk->queue->waiting,
                        virtio_queue_add(disk->queue, segments, out, used - out, &request),
                        UK_TIME_NEVER);
    uk_trace("disk request", type, sector);
    virtio_queue_kick(disk->queue);
    uk_waitq_wait_event(&disk->queue->waiting, is_done(disk, &request), UK_TIME_NEVER);
    uk_trace("disk done", type, request.status);
    if (request.status == STATUS_OK)
        return 0;
    uk_pr_err("a disk request of type %u at sector %lu failed with status %u\n", type,
              (unsigned long)sector, request.status);
    return -EIO;
}

static int check(struct disk *disk, uint64_t sector, size_t count) {
    bool inside = sector <= disk->blkdev.sectors && count <= disk->blkdev.sectors - sector;
    return inside ? 0 : -EINVAL;
}

static int disk_read(struct uk_blkdev *blkdev, uint64_t sector, void *to, size_t count) {
    struct disk *disk = (struct disk *)blkdev;
    int error = check(disk, sector, count);
    return error ? error : submit(disk, REQUEST_IN, sector, to, count);
}

static int disk_write(struct uk_blkdev *blkdev, uint64_t sector, const void *from, size_t count) {
    struct disk *disk = (struct disk *)blkdev;
    if (blkdev->read_only)
        return -EROFS;
    int error = check(disk, sector, count);
    return error ? error : submit(disk, REQUEST_OUT, sector, (void *)from, count);
}

static int disk_flush(struct uk_blkdev *blkdev) {
    struct disk *disk = (struct disk *)blkdev;
    return disk->can_flush ? submit(disk, REQUEST_FLUSH, 0, NULL, 0) : 0;
}

static int probe(struct virtio_device *device) {
    struct disk *disk = uk_calloc(uk_alloc_get_default(), 1, sizeof(*disk));
    if (disk == NULL)
        return -ENOMEM;
    device->driver = disk;
    uint64_t features = virtio_negotiate(device, FEATURE_RO | FEATURE_FLUSH);
    if (features == 0)
        return -ENODEV;
    disk->queue = virtio_queue_create(device, 0, QUEUE_SIZE);
    if (disk->queue == NULL)
        return -ENOMEM;
    disk->can_flush = features & FEATURE_FLUSH;
    disk->blkdev = (struct uk_blkdev){
        .sectors = virtio_config(device, CONFIG_CAPACITY, 8),
        .read_only = features & FEATURE_RO,
        .read = disk_read,
        .write = disk_write,
        .flush = disk_flush,
    };
    virtio_start(device);
    uk_blkdev_register(&disk->blkdev);
    return 0;
}

static const struct virtio_driver blk_driver = {VIRTIO_ID_BLOCK, "virtio-blk", probe};
VIRTIO_DRIVER(blk_driver);
