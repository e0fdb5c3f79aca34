/* The channel to QEMU's 9P server (virtio 1.2, section 5.9 names the type; the layout is QEMU's
 * docs). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uk/9p.h>
#include <virtio/virtio.h>

#define QUEUE_SIZE        16
#define FEATURE_MOUNT_TAG (1UL << 0)
#define CONFIG_TAG_LENGTH 0
#define CONFIG_TAG        2

struct share {
    struct p9_channel channel;
    struct virtio_queue *queue;
};

/* One request at a time: the client's lock sees to that. */
static int exchange(struct p9_channel *channel, const void *request, size_t size, void *answer,
                    size_t room) {
    struct share *share = (struct share *)channel;
    const struct virtio_segment segments[2] = {{(void *)request, size}, {answer, room}};
    uint32_t written = 0;
    if (!virtio_queue_add(share->queue, segments, 1, 1, share))
        return -EIO;
    virtio_queue_kick(share->queue);
    uk_waitq_wait_event(&share->queue->waiting, virtio_queue_take(share->queue, &written) != NULL,
                        UK_TIME_NEVER);
    return written <= room ? (int)written : -EIO;
}

static int probe(struct virtio_device *device) {
    struct share *share = calloc(1, sizeof(*share));
    if (share == NULL)
        return -ENOMEM;
    if (!(virtio_negotiate(device, FEATURE_MOUNT_TAG) & FEATURE_MOUNT_TAG))
        return -ENODEV;
    share->queue = virtio_queue_create(device, 0, QUEUE_SIZE);
    if (share->queue == NULL)
        return -ENOMEM;
    size_t length = virtio_config(device, CONFIG_TAG_LENGTH, 2);
    for (size_t i = 0; i < length && i + 1 < sizeof(share->channel.tag); i++)
        share->channel.tag[i] = virtio_config(device, CONFIG_TAG + i, 1);
    share->channel.exchange = exchange;
    virtio_start(device);
    p9_channel_register(&share->channel);
    return 0;
}

static const struct virtio_driver p9_driver = {VIRTIO_ID_9P, "virtio-9p", probe};
VIRTIO_DRIVER(p9_driver);
