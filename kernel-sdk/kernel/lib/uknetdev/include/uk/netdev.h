/* Network cards, as drivers offer them and network stacks use them. */
#ifndef UK_NETDEV_H
#define UK_NETDEV_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UK_NETDEV_ADDRESS_SIZE 6

/* A part of a frame. */
struct uk_netdev_piece {
    const void *data;
    size_t size;
};

struct uk_netdev {
    uint8_t address[UK_NETDEV_ADDRESS_SIZE];
    /* The largest frame's payload, in bytes. */
    uint16_t mtu;
    /* Sends a frame of `count` pieces; negative errno. The pieces may be reused at once. */
    int (*transmit)(struct uk_netdev *device, const struct uk_netdev_piece *pieces, int count);
    /* Hands up to `limit` received frames to `input`; returns how many. */
    int (*receive)(struct uk_netdev *device, int limit,
                   void (*input)(void *argument, const void *frame, size_t size), void *argument);
    /* Sleeps until frames have come. */
    void (*wait)(struct uk_netdev *device);
    uint64_t received, transmitted, dropped;
    struct uk_netdev *next;
};

/* Called by a driver. */
void uk_netdev_register(struct uk_netdev *device);

/* The network cards in the order in which they were found; NULL behind the last. */
struct uk_netdev *uk_netdev_get(unsigned index);

#ifdef __cplusplus
}
#endif

#endif
