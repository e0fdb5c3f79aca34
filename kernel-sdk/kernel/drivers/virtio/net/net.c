/* Virtio network cards (virtio 1.2, section 5.1): one queue each way, no offloads. */
#include <errno.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/netdev.h>
#include <uk/print.h>
#include <uk/trace.h>
#include <virtio/virtio.h>

#define QUEUE_RECEIVE  0
#define QUEUE_TRANSMIT 1
#define QUEUE_SIZE     128

#define FEATURE_MTU (1UL << 3)
#define FEATURE_MAC (1UL << 5)
#define CONFIG_MAC  0
#define CONFIG_MTU  10

#define MTU_DEFAULT 1500
#define FRAME_MAX   1514
#define FRAME_MIN   14

/* struct virtio_net_hdr, 5.1.6; all zero without offloads. */
struct header {
    uint8_t flags, gso_type;
    uint16_t hdr_len, gso_size, csum_start, csum_offset, num_buffers;
};

/* What the device reads or writes for one frame. */
struct buffer {
    struct buffer *next_free;
    struct header header;
    uint8_t frame[FRAME_MAX];
};

struct card {
    struct uk_netdev netdev;
    struct virtio_queue *receive, *transmit;
    struct buffer *free_buffers;
};

static bool give(struct card *card, struct buffer *buffer) {
    const struct virtio_segment segment = {&buffer->header, sizeof(struct header) + FRAME_MAX};
    return virtio_queue_add(card->receive, &segment, 0, 1, buffer);
}

static int receive(struct uk_netdev *netdev, int limit,
                   void (*input)(void *argument, const void *frame, size_t size), void *argument) {
    struct card *card = (struct card *)netdev;
    int count = 0;
    for (; count < limit; count++) {
        uint32_t written;
        struct buffer *buffer = virtio_queue_take(card->receive, &written);
        if (buffer == NULL)
            break;
        if (written < sizeof(struct header) + FRAME_MIN ||
            written > sizeof(struct header) + FRAME_MAX) {
            netdev->dropped++;
        } else {
            netdev->received++;
            uk_trace("net receive", written - sizeof(struct header), 0);
            input(argument, buffer->frame, written - sizeof(struct header));
        }
        give(card, buffer);
    }
    if (count > 0)
        virtio_queue_kick(card->receive);
    return count;
}

static void wait(struct uk_netdev *netdev) {
    struct card *card = (struct card *)netdev;
    uk_waitq_wait_event(&card->receive->waiting, virtio_queue_has_used(card->receive),
                        UK_TIME_NEVER);
}

/* A buffer that nobody uses: one that the device is done with, or one that it never had. */
static struct buffer *take_buffer(struct card *card) {
    struct buffer *buffer = virtio_queue_take(card->transmit, NULL);
    if (buffer)
        return buffer;
    buffer = card->free_buffers;
    if (buffer)
        card->free_buffers = buffer->next_free;
    return buffer;
}

static int transmit(struct uk_netdev *netdev, const struct uk_netdev_piece *pieces, int count) {
    struct card *card = (struct card *)netdev;
    struct buffer *buffer = take_buffer(card);
    if (buffer == NULL) {
        netdev->dropped++;
        return -EAGAIN;
    }
    size_t size = 0;
    for (int i = 0; i < count && size + pieces[i].size <= FRAME_MAX; i++) {
        memcpy(buffer->frame + size, pieces[i].data, pieces[i].size);
        size += pieces[i].size;
    }
    const struct virtio_segment segment = {&buffer->header, sizeof(struct header) + size};
    bool added = virtio_queue_add(card->transmit, &segment, 1, 0, buffer);
    UK_ASSERT(added); /* There are as many buffers as the queue has room for. */
    virtio_queue_kick(card->transmit);
    netdev->transmitted++;
    uk_trace("net transmit", size, 0);
    return 0;
}

static int probe(struct virtio_device *device) {
    struct card *card = uk_calloc(uk_alloc_get_default(), 1, sizeof(*card));
    if (card == NULL)
        return -ENOMEM;
    device->driver = card;
    uint64_t features = virtio_negotiate(device, FEATURE_MAC | FEATURE_MTU);
    if (features == 0)
        return -ENODEV;
    card->receive = virtio_queue_create(device, QUEUE_RECEIVE, QUEUE_SIZE);
    card->transmit = virtio_queue_create(device, QUEUE_TRANSMIT, QUEUE_SIZE);
    if (!card->receive || !card->transmit)
        return -ENOMEM;
    unsigned buffers = card->receive->size + card->transmit->size;
    struct buffer *all = uk_calloc(uk_alloc_get_default(), buffers, sizeof(*all));
    if (all == NULL)
        return -ENOMEM;
    for (unsigned i = 0; i < card->receive->size; i++)
        give(card, all++);
    for (unsigned i = 0; i < card->transmit->size; i++, all++) {
        all->next_free = card->free_buffers;
        card->free_buffers = all;
    }
    card->netdev.mtu = features & FEATURE_MTU ? virtio_config(device, CONFIG_MTU, 2) : MTU_DEFAULT;
    for (int i = 0; i < UK_NETDEV_ADDRESS_SIZE; i++)
        card->netdev.address[i] = virtio_config(device, CONFIG_MAC + i, 1);
    card->netdev.transmit = transmit;
    card->netdev.receive = receive;
    card->netdev.wait = wait;
    virtio_start(device);
    virtio_queue_kick(card->receive);
    uk_netdev_register(&card->netdev);
    return 0;
}

static const struct virtio_driver net_driver = {VIRTIO_ID_NET, "virtio-net", probe};
VIRTIO_DRIVER(net_driver);
