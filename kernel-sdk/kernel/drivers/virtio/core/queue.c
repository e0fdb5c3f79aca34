/* Split virtqueues (virtio 1.2, section 2.7). */
#include <string.h>
#include <uk/alloc.h>
#include <uk/arch/lcpu.h>
#include <uk/assert.h>
#include <uk/print.h>
#include <virtio/virtio.h>

#define DESCRIPTOR_NEXT  1
#define DESCRIPTOR_WRITE 2

static void *zeroed(size_t alignment, size_t size) {
    void *memory = uk_memalign(uk_alloc_get_default(), alignment, size);
    return memory ? memset(memory, 0, size) : NULL;
}

struct virtio_queue *virtio_queue_create(struct virtio_device *device, unsigned index,
                                         uint16_t size) {
    UK_ASSERT(index < VIRTIO_QUEUES_MAX);
    uint16_t most = device->transport->queue_size_max(device, index);
    if (most == 0)
        return NULL;
    if (size > most)
        size = most;
    struct virtio_queue *queue = zeroed(16, sizeof(*queue));
    if (queue == NULL)
        return NULL;
    queue->device = device;
    queue->index = index;
    queue->size = queue->free_count = size;
    queue->waiting.name = "a device";
    queue->descriptors = zeroed(16, size * sizeof(queue->descriptors[0]));
    queue->available = zeroed(16, sizeof(struct virtio_available) + (size + 1) * sizeof(uint16_t));
    queue->used = zeroed(16, sizeof(struct virtio_used) + size * 8 + sizeof(uint16_t));
    queue->tokens = zeroed(16, size * sizeof(queue->tokens[0]));
    if (!queue->descriptors || !queue->available || !queue->used || !queue->tokens)
        return NULL;
    for (uint16_t i = 0; i < size; i++)
        queue->descriptors[i].next = i + 1;
    device->queues[index] = queue;
    device->transport->queue_enable(device, queue);
    return queue;
}

bool virtio_queue_add(struct virtio_queue *queue, const struct virtio_segment segments[],
                      unsigned out, unsigned in, void *token) {
    unsigned count = out + in;
    unsigned long flags = ukarch_irq_save();
    if (queue->free_count < count) {
        ukarch_irq_restore(flags);
        return false;
    }
    uint16_t head = queue->first_free, at = head;
    for (unsigned i = 0; i < count; i++) {
        struct virtio_descriptor *descriptor = &queue->descriptors[at];
        descriptor->address = (uint64_t)segments[i].address;
        descriptor->length = segments[i].length;
        descriptor->flags =
            (i >= out ? DESCRIPTOR_WRITE : 0) | (i + 1 < count ? DESCRIPTOR_NEXT : 0);
        at = descriptor->next;
    }
    queue->first_free = at;
    queue->free_count -= count;
    queue->tokens[head] = token;
    queue->available->ring[queue->available->index % queue->size] = head;
    /* The device may look as soon as the index says so. */
    ukarch_barrier();
    queue->available->index++;
    ukarch_irq_restore(flags);
    return true;
}

void virtio_queue_kick(struct virtio_queue *queue) {
    ukarch_barrier();
    queue->device->transport->queue_notify(queue->device, queue);
}

bool virtio_queue_has_used(const struct virtio_queue *queue) {
    return queue->used->index != queue->seen;
}

void *virtio_queue_take(struct virtio_queue *queue, uint32_t *written) {
    unsigned long flags = ukarch_irq_save();
    void *token = NULL;
    if (virtio_queue_has_used(queue)) {
        ukarch_barrier();
        uint32_t head = queue->used->ring[queue->seen % queue->size].id;
        if (written)
            *written = queue->used->ring[queue->seen % queue->size].length;
        queue->seen++;
        /* What the device says is not believed without a look. */
        if (head >= queue->size || queue->tokens[head] == NULL) {
            uk_pr_err("a virtio device returned request %u, which it never had\n", head);
        } else {
            token = queue->tokens[head];
            queue->tokens[head] = NULL;
            uint16_t last = head;
            queue->free_count++;
            for (; queue->descriptors[last].flags & DESCRIPTOR_NEXT; queue->free_count++)
                last = queue->descriptors[last].next;
            queue->descriptors[last].next = queue->first_free;
            queue->first_free = head;
        }
    }
    ukarch_irq_restore(flags);
    return token;
}
