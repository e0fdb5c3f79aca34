/* How a device is brought up (virtio 1.2, section 3.1). */
#include <uk/print.h>
#include <virtio/virtio.h>

#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER      2
#define STATUS_DRIVER_OK   4
#define STATUS_FEATURES_OK 8
#define STATUS_FAILED      128

#define FEATURE_VERSION_1 (1UL << 32)

extern const struct virtio_driver *const __start_uk_virtio_drivers[];
extern const struct virtio_driver *const __stop_uk_virtio_drivers[];

static void add_status(struct virtio_device *device, uint8_t bit) {
    device->transport->set_status(device, device->transport->get_status(device) | bit);
}

bool virtio_device_found(struct virtio_device *device) {
    device->transport->set_status(device, 0);
    while (device->transport->get_status(device) != 0)
        ;
    add_status(device, STATUS_ACKNOWLEDGE);
    const struct virtio_driver *const *driver = __start_uk_virtio_drivers;
    for (; driver < __stop_uk_virtio_drivers; driver++) {
        if ((*driver)->type != device->type)
            continue;
        add_status(device, STATUS_DRIVER);
        int error = (*driver)->probe(device);
        if (error == 0)
            return true;
        uk_pr_err("%s: the device could not be set up (error %d)\n", (*driver)->name, -error);
        add_status(device, STATUS_FAILED);
        return false;
    }
    uk_pr_info("no driver in this image for virtio device type %u\n", device->type);
    return false;
}

uint64_t virtio_negotiate(struct virtio_device *device, uint64_t wanted) {
    uint64_t both = device->transport->device_features(device) & (wanted | FEATURE_VERSION_1);
    if (!(both & FEATURE_VERSION_1)) {
        uk_pr_err(
            "a legacy virtio device: start QEMU with disable-legacy=on or force-legacy=off\n");
        return 0;
    }
    device->transport->set_driver_features(device, both);
    add_status(device, STATUS_FEATURES_OK);
    return device->transport->get_status(device) & STATUS_FEATURES_OK ? both : 0;
}

void virtio_start(struct virtio_device *device) {
    add_status(device, STATUS_DRIVER_OK);
}

void virtio_interrupt(struct virtio_device *device) {
    for (int i = 0; i < VIRTIO_QUEUES_MAX; i++) {
        struct virtio_queue *queue = device->queues[i];
        if (queue == NULL || !virtio_queue_has_used(queue))
            continue;
        uk_waitq_wake_all(&queue->waiting);
        if (queue->notice)
            queue->notice();
    }
}

uint64_t virtio_config(struct virtio_device *device, unsigned offset, unsigned bytes) {
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)device->transport->config_read(device, offset + i) << (8 * i);
    return value;
}
