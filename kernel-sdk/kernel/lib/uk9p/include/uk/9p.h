/*
 * The 9P2000.L protocol, as QEMU's virtio-9p speaks it (github.com/chaos/diod, protocol.md; Plan 9
 * manual, section 5): a request is a message of typed fields, its answer another.
 */
#ifndef UK_9P_H
#define UK_9P_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A channel to a server, which a driver offers. */
struct p9_channel {
    char tag[64];
    /* Sends a request and waits for the answer; its size, or a negative errno. */
    int (*exchange)(struct p9_channel *channel, const void *request, size_t size, void *answer,
                    size_t room);
    struct p9_channel *next;
};

void p9_channel_register(struct p9_channel *channel);
struct p9_channel *p9_channel_find(const char *tag);

#define P9_MESSAGE_SIZE 65536

#ifdef __cplusplus
}
#endif

#endif
