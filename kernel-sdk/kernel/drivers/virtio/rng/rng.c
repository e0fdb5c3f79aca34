/* Virtio's source of random numbers (virtio 1.2, section 5.4). */
#include <errno.h>
#include <uk/random.h>
#include <virtio/virtio.h>

static struct virtio_queue *queue;

static size_t read(void *to, size_t size) {
    uint32_t written = 0;
    const struct virtio_segment segment = {to, size};
    if (!virtio_queue_add(queue, &segment, 0, 1, queue))
        return 0;
    virtio_queue_kick(queue);
    uk_waitq_wait_event(&queue->waiting, virtio_queue_take(queue, &written) != NULL, UK_TIME_NEVER);
    return written <= size ? written : 0;
}

static int probe(struct virtio_device *device) {
    if (virtio_negotiate(device, 0) == 0)
        return -ENODEV;
    queue = virtio_queue_create(device, 0, 8);
    if (queue == NULL)
        return -ENOMEM;
    virtio_start(device);
    uk_random_add_source(read);
    return 0;
}

static const struct virtio_driver rng_driver = {VIRTIO_ID_RNG, "virtio-rng", probe};
VIRTIO_DRIVER(rng_driver);
