/* Virtio devices on PCI (virtio 1.2, section 4.1; PCI local bus specification 3.0). */
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/init.h>
#include <uk/plat/devices.h>
#include <uk/plat/irq.h>
#include <virtio/virtio.h>

#define FUNCTIONS 256 /* of bus 0, where QEMU puts its devices */

/* Configuration space. */
#define PCI_VENDOR_DEVICE 0x00
#define PCI_COMMAND       0x04
#define PCI_BAR           0x10
#define PCI_CAPABILITIES  0x34
#define PCI_SUBSYSTEM     0x2c
#define COMMAND_MEMORY    (1 << 1)
#define COMMAND_MASTER    (1 << 2)
#define COMMAND_NO_INTX   (1 << 10)
#define BAR_64            0x4
#define BAR_FLAGS         0xf
#define CAPABILITY_VENDOR 0x09
#define CAPABILITY_MSIX   0x11
#define MSIX_ENABLE       (1U << 31)

#define VENDOR_VIRTIO   0x1af4
#define DEVICE_MODERN   0x1040 /* plus the device's type */
#define DEVICE_MODERN_N 0x40
#define DEVICE_OLD      0x1000 /* to 0x103f: these have modern registers beside the old ones */

/* struct virtio_pci_cap, 4.1.4. */
#define CAP_COMMON 1
#define CAP_NOTIFY 2
#define CAP_DEVICE 4

/* struct virtio_pci_common_cfg, 4.1.4.3. */
struct common {
    uint32_t device_feature_select, device_feature, driver_feature_select, driver_feature;
    uint16_t config_msix_vector, num_queues;
    uint8_t device_status, config_generation;
    uint16_t queue_select, queue_size, queue_msix_vector, queue_enable, queue_notify_off;
    uint32_t queue_desc[2], queue_driver[2], queue_device[2];
};

struct msix_entry {
    uint32_t address_low, address_high, data, masked;
};

struct pci_device {
    struct virtio_device virtio;
    unsigned function;
    volatile struct common *common;
    volatile uint8_t *config;
    char *notify;
    uint32_t notify_multiplier;
    uint16_t notify_offset[VIRTIO_QUEUES_MAX];
};

static struct pci_device *pci(struct virtio_device *device) {
    return device->bus;
}

static uint8_t get_status(struct virtio_device *device) {
    return pci(device)->common->device_status;
}

static void set_status(struct virtio_device *device, uint8_t status) {
    pci(device)->common->device_status = status;
}

static uint64_t device_features(struct virtio_device *device) {
    volatile struct common *common = pci(device)->common;
    common->device_feature_select = 0;
    uint64_t low = common->device_feature;
    common->device_feature_select = 1;
    return low | (uint64_t)common->device_feature << 32;
}

static void set_driver_features(struct virtio_device *device, uint64_t features) {
    volatile struct common *common = pci(device)->common;
    common->driver_feature_select = 0;
    common->driver_feature = features;
    common->driver_feature_select = 1;
    common->driver_feature = features >> 32;
}

static uint8_t config_read(struct virtio_device *device, unsigned offset) {
    return pci(device)->config[offset];
}

static uint16_t queue_size_max(struct virtio_device *device, unsigned index) {
    volatile struct common *common = pci(device)->common;
    if (index >= common->num_queues)
        return 0;
    common->queue_select = index;
    return common->queue_size;
}

static void set_address(volatile uint32_t reg[2], volatile void *address) {
    reg[0] = (uint64_t)address;
    reg[1] = (uint64_t)address >> 32;
}

static void queue_enable(struct virtio_device *device, struct virtio_queue *queue) {
    volatile struct common *common = pci(device)->common;
    common->queue_select = queue->index;
    common->queue_size = queue->size;
    common->queue_msix_vector = 0;
    set_address(common->queue_desc, queue->descriptors);
    set_address(common->queue_driver, queue->available);
    set_address(common->queue_device, queue->used);
    pci(device)->notify_offset[queue->index] = common->queue_notify_off;
    common->queue_enable = 1;
}

static void queue_notify(struct virtio_device *device, struct virtio_queue *queue) {
    struct pci_device *self = pci(device);
    *(volatile uint16_t *)(self->notify + self->notify_offset[queue->index] *
                                              self->notify_multiplier) = queue->index;
}

static const struct virtio_transport transport = {
    .get_status = get_status,
    .set_status = set_status,
    .device_features = device_features,
    .set_driver_features = set_driver_features,
    .config_read = config_read,
    .queue_size_max = queue_size_max,
    .queue_enable = queue_enable,
    .queue_notify = queue_notify,
};

/* The memory that a base-address register names. */
static char *bar(unsigned function, unsigned index) {
    uint32_t low = ukplat_pci_read(function, PCI_BAR + 4 * index);
    uint64_t high = low & BAR_64 ? ukplat_pci_read(function, PCI_BAR + 4 * index + 4) : 0;
    return (char *)(high << 32 | (low & ~(uint32_t)BAR_FLAGS));
}

static void read_virtio_capability(struct pci_device *device, unsigned at) {
    unsigned function = device->function;
    unsigned kind = ukplat_pci_read(function, at) >> 24;
    char *place =
        bar(function, ukplat_pci_read(function, at + 4) & 0xff) + ukplat_pci_read(function, at + 8);
    if (kind == CAP_COMMON)
        device->common = (volatile struct common *)place;
    else if (kind == CAP_DEVICE)
        device->config = (volatile uint8_t *)place;
    else if (kind == CAP_NOTIFY) {
        device->notify = place;
        device->notify_multiplier = ukplat_pci_read(function, at + 16);
    }
}

static void interrupted(void *device) {
    virtio_interrupt(device);
}

/* All of a device's interrupts are one message. */
static void enable_msix(struct pci_device *device, unsigned at) {
    uint32_t table = ukplat_pci_read(device->function, at + 4);
    volatile struct msix_entry *entry =
        (volatile struct msix_entry *)(bar(device->function, table & 7) + (table & ~7U));
    ukplat_pci_write(device->function, at, ukplat_pci_read(device->function, at) | MSIX_ENABLE);
    struct ukplat_irq_message message = ukplat_irq_message(interrupted, &device->virtio);
    entry->address_low = message.address;
    entry->address_high = message.address >> 32;
    entry->data = message.data;
    entry->masked = 0;
}

static void found(unsigned function, uint32_t type) {
    struct pci_device *device = uk_calloc(uk_alloc_get_default(), 1, sizeof(*device));
    UK_ASSERT(device != NULL);
    device->function = function;
    device->virtio = (struct virtio_device){.type = type, .transport = &transport, .bus = device};
    ukplat_pci_write(function, PCI_COMMAND, COMMAND_MEMORY | COMMAND_MASTER | COMMAND_NO_INTX);
    unsigned at = ukplat_pci_read(function, PCI_CAPABILITIES) & 0xfc;
    unsigned msix = 0;
    for (; at != 0; at = ukplat_pci_read(function, at) >> 8 & 0xfc) {
        unsigned id = ukplat_pci_read(function, at) & 0xff;
        if (id == CAPABILITY_VENDOR)
            read_virtio_capability(device, at);
        else if (id == CAPABILITY_MSIX)
            msix = at;
    }
    if (!device->common || !device->notify || msix == 0)
        return;
    enable_msix(device, msix);
    virtio_device_found(&device->virtio);
}

static void pci_scan(void) {
    for (unsigned function = 0; function < FUNCTIONS; function++) {
        uint32_t id = ukplat_pci_read(function, PCI_VENDOR_DEVICE);
        uint32_t number = id >> 16;
        if ((id & 0xffff) != VENDOR_VIRTIO)
            continue;
        if (number >= DEVICE_MODERN && number < DEVICE_MODERN + DEVICE_MODERN_N)
            found(function, number - DEVICE_MODERN);
        else if (number >= DEVICE_OLD && number < DEVICE_MODERN)
            found(function, ukplat_pci_read(function, PCI_SUBSYSTEM) >> 16);
    }
}
UK_INIT(UK_INIT_BUS, pci_scan);
