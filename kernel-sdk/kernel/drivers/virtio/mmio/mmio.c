/* The virtio bus without a bus: devices at fixed addresses (virtio 1.2, section 4.2). */
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/init.h>
#include <uk/plat/devices.h>
#include <uk/plat/irq.h>
#include <virtio/virtio.h>

#define MAGIC   0x74726976 /* "virt" */
#define VERSION 2

/* Registers (table 4.1). */
#define REG_MAGIC               0x000
#define REG_VERSION             0x004
#define REG_DEVICE_ID           0x008
#define REG_DEVICE_FEATURES     0x010
#define REG_DEVICE_FEATURES_SEL 0x014
#define REG_DRIVER_FEATURES     0x020
#define REG_DRIVER_FEATURES_SEL 0x024
#define REG_QUEUE_SEL           0x030
#define REG_QUEUE_NUM_MAX       0x034
#define REG_QUEUE_NUM           0x038
#define REG_QUEUE_READY         0x044
#define REG_QUEUE_NOTIFY        0x050
#define REG_INTERRUPT_STATUS    0x060
#define REG_INTERRUPT_ACK       0x064
#define REG_STATUS              0x070
#define REG_QUEUE_DESC_LOW      0x080
#define REG_QUEUE_AVAILABLE_LOW 0x090
#define REG_QUEUE_USED_LOW      0x0a0
#define REG_CONFIG              0x100

static volatile uint32_t *reg(struct virtio_device *device, unsigned offset) {
    return (volatile uint32_t *)((char *)device->bus + offset);
}

static uint8_t get_status(struct virtio_device *device) {
    return *reg(device, REG_STATUS);
}

static void set_status(struct virtio_device *device, uint8_t status) {
    *reg(device, REG_STATUS) = status;
}

static uint64_t device_features(struct virtio_device *device) {
    *reg(device, REG_DEVICE_FEATURES_SEL) = 0;
    uint64_t low = *reg(device, REG_DEVICE_FEATURES);
    *reg(device, REG_DEVICE_FEATURES_SEL) = 1;
    return low | (uint64_t)*reg(device, REG_DEVICE_FEATURES) << 32;
}

static void set_driver_features(struct virtio_device *device, uint64_t features) {
    *reg(device, REG_DRIVER_FEATURES_SEL) = 0;
    *reg(device, REG_DRIVER_FEATURES) = features;
    *reg(device, REG_DRIVER_FEATURES_SEL) = 1;
    *reg(device, REG_DRIVER_FEATURES) = features >> 32;
}

static uint8_t config_read(struct virtio_device *device, unsigned offset) {
    return *((volatile uint8_t *)device->bus + REG_CONFIG + offset);
}

static uint16_t queue_size_max(struct virtio_device *device, unsigned index) {
    *reg(device, REG_QUEUE_SEL) = index;
    return *reg(device, REG_QUEUE_NUM_MAX);
}

static void set_address(struct virtio_device *device, unsigned low, volatile void *address) {
    *reg(device, low) = (uint64_t)address;
    *reg(device, low + 4) = (uint64_t)address >> 32;
}

static void queue_enable(struct virtio_device *device, struct virtio_queue *queue) {
    *reg(device, REG_QUEUE_SEL) = queue->index;
    *reg(device, REG_QUEUE_NUM) = queue->size;
    set_address(device, REG_QUEUE_DESC_LOW, queue->descriptors);
    set_address(device, REG_QUEUE_AVAILABLE_LOW, queue->available);
    set_address(device, REG_QUEUE_USED_LOW, queue->used);
    *reg(device, REG_QUEUE_READY) = 1;
}

static void queue_notify(struct virtio_device *device, struct virtio_queue *queue) {
    *reg(device, REG_QUEUE_NOTIFY) = queue->index;
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

static void interrupted(void *argument) {
    struct virtio_device *device = argument;
    *reg(device, REG_INTERRUPT_ACK) = *reg(device, REG_INTERRUPT_STATUS);
    virtio_interrupt(device);
}

static void found(uint64_t address, unsigned line) {
    volatile uint32_t *registers = (volatile uint32_t *)address;
    if (registers[REG_MAGIC / 4] != MAGIC || registers[REG_VERSION / 4] != VERSION ||
        registers[REG_DEVICE_ID / 4] == 0)
        return;
    struct virtio_device *device = uk_calloc(uk_alloc_get_default(), 1, sizeof(*device));
    UK_ASSERT(device != NULL);
    device->type = registers[REG_DEVICE_ID / 4];
    device->transport = &transport;
    device->bus = (void *)address;
    ukplat_irq_register(line, interrupted, device);
    virtio_device_found(device);
}

static void mmio_scan(void) {
    uint64_t address;
    unsigned line;
    for (unsigned slot = 0; ukplat_virtio_mmio_slot(slot, &address, &line); slot++)
        found(address, line);
}
UK_INIT(UK_INIT_BUS, mmio_scan);
