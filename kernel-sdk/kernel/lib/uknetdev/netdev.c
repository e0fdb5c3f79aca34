/* The list of network cards. */
#include <uk/netdev.h>

static struct uk_netdev *first;

void uk_netdev_register(struct uk_netdev *device) {
    struct uk_netdev **end = &first;
    while (*end)
        end = &(*end)->next;
    *end = device;
}

struct uk_netdev *uk_netdev_get(unsigned index) {
    struct uk_netdev *device = first;
    while (device && index-- > 0)
        device = device->next;
    return device;
}
