/*
 * Virtio devices as drivers see them, whatever bus they were found on (OASIS virtio 1.2; modern
 * devices only). The bus finds a device and fills in its transport; a driver is found by the
 * device's type.
 */
#ifndef VIRTIO_H
#define VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uk/wait.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Device types (section 5). */
#define VIRTIO_ID_NET     1
#define VIRTIO_ID_BLOCK   2
#define VIRTIO_ID_CONSOLE 3
#define VIRTIO_ID_RNG     4
#define VIRTIO_ID_9P      9

#define VIRTIO_QUEUES_MAX 4

struct virtio_device;
struct virtio_queue;

/* What a bus does for a device. */
struct virtio_transport {
    uint8_t (*get_status)(struct virtio_device *device);
    void (*set_status)(struct virtio_device *device, uint8_t status);
    uint64_t (*device_features)(struct virtio_device *device);
    void (*set_driver_features)(struct virtio_device *device, uint64_t features);
    /* Bytes of the device's own configuration. */
    uint8_t (*config_read)(struct virtio_device *device, unsigned offset);
    /* The largest size that the device takes; 0 where it has no such queue. */
    uint16_t (*queue_size_max)(struct virtio_device *device, unsigned index);
    void (*queue_enable)(struct virtio_device *device, struct virtio_queue *queue);
    void (*queue_notify)(struct virtio_device *device, struct virtio_queue *queue);
};

struct virtio_device {
    uint32_t type;
    const struct virtio_transport *transport;
    /* The bus's own. */
    void *bus;
    struct virtio_queue *queues[VIRTIO_QUEUES_MAX];
    /* The driver's own. */
    void *driver;
};

struct virtio_driver {
    uint32_t type;
    const char *name;
    /* Takes a device over; negative errno where it cannot. */
    int (*probe)(struct virtio_device *device);
};

#define VIRTIO_DRIVER(driver)                                                                      \
    static const struct virtio_driver *const virtio_driver_##driver                                \
        __attribute__((used, section("uk_virtio_drivers"))) = &driver

/* The rings of a queue (section 2.7), in the layout that the device reads. */
struct virtio_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags, next;
};

struct virtio_available {
    uint16_t flags, index;
    uint16_t ring[];
};

struct virtio_used {
    uint16_t flags, index;
    struct {
        uint32_t id, length;
    } ring[];
};

struct virtio_queue {
    struct virtio_device *device;
    unsigned index;
    uint16_t size;
    struct virtio_descriptor *descriptors;
    struct virtio_available *available;
    volatile struct virtio_used *used;
    /* A list of free descriptors through `next`, and how many there are. */
    uint16_t first_free, free_count;
    /* How far `used` has been read. */
    uint16_t seen;
    /* What the driver called the request whose chain starts at this descriptor. */
    void **tokens;
    /* Woken by the device's interrupt. */
    struct uk_waitq waiting;
    /* Called in it, for a driver whose callers wait elsewhere; may be NULL. */
    void (*notice)(void);
};

/* A piece of memory in a request. */
struct virtio_segment {
    void *address;
    uint32_t length;
};

/* Called by a bus: finds the driver. False where there is none. */
bool virtio_device_found(struct virtio_device *device);

/* Called by a bus in the device's interrupt. */
void virtio_interrupt(struct virtio_device *device);

/*
 * Negotiates features: those of `wanted` that the device has too, which is the result; 0 when the
 * device refuses. VIRTIO_F_VERSION_1 is always asked for.
 */
uint64_t virtio_negotiate(struct virtio_device *device, uint64_t wanted);

/* Makes a queue of at most `size` entries; NULL when the device has none or memory is short. */
struct virtio_queue *virtio_queue_create(struct virtio_device *device, unsigned index,
                                         uint16_t size);

/* The driver is ready. */
void virtio_start(struct virtio_device *device);

/*
 * Adds a request: `out` segments that the device reads, then `in` segments that it writes. False
 * when the queue has no room for it.
 */
bool virtio_queue_add(struct virtio_queue *queue, const struct virtio_segment segments[],
                      unsigned out, unsigned in, void *token);

/* Tells the device that requests were added. */
void virtio_queue_kick(struct virtio_queue *queue);

/* The token of a request that the device is done with, and how many bytes it wrote; NULL for none.
 */
void *virtio_queue_take(struct virtio_queue *queue, uint32_t *written);

/* Whether virtio_queue_take would find something. */
bool virtio_queue_has_used(const struct virtio_queue *queue);

/* A little-endian number of the device's own configuration, of 1, 2, 4 or 8 bytes. */
uint64_t virtio_config(struct virtio_device *device, unsigned offset, unsigned bytes);

#ifdef __cplusplus
}
#endif

#endif
