/* Virtio's console (virtio 1.2, section 5.3): a second line to the host, beside the serial one:
 * /dev/hvc0. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <uk/mutex.h>
#include <uk/vfs.h>
#include <virtio/virtio.h>

#define QUEUE_RECEIVE  0
#define QUEUE_TRANSMIT 1
#define QUEUE_SIZE     16
#define BUFFER_SIZE    1024

static struct virtio_queue *receive, *transmit;
static struct uk_mutex writing = UK_MUTEX_INITIALIZER("the console");

/* What was received and not read yet: the device fills one buffer at a time. */
static char buffer[BUFFER_SIZE];
static uint32_t filled, taken;

static void ask_for_more(void) {
    const struct virtio_segment segment = {buffer, sizeof(buffer)};
    filled = taken = 0;
    virtio_queue_add(receive, &segment, 0, 1, buffer);
    virtio_queue_kick(receive);
}

static bool has_input(void) {
    if (taken == filled && virtio_queue_has_used(receive)) {
        uint32_t written;
        virtio_queue_take(receive, &written);
        filled = written <= sizeof(buffer) ? written : 0;
        if (filled == 0)
            ask_for_more();
    }
    return taken < filled;
}

static ssize_t console_read(struct uk_file *file, void *to, size_t size, off_t offset) {
    (void)offset;
    if (receive == NULL)
        return -ENODEV;
    if ((file->flags & O_NONBLOCK) && !has_input())
        return -EAGAIN;
    uk_waitq_wait_event(&receive->waiting, has_input(), UK_TIME_NEVER);
    size_t count = filled - taken < size ? filled - taken : size;
    memcpy(to, buffer + taken, count);
    taken += count;
    if (taken == filled)
        ask_for_more();
    return count;
}

static ssize_t console_write(struct uk_file *file, const void *from, size_t size, off_t offset) {
    (void)file, (void)offset;
    if (transmit == NULL)
        return -ENODEV;
    const struct virtio_segment segment = {(void *)from, size};
    uk_mutex_lock(&writing);
    virtio_queue_add(transmit, &segment, 1, 0, (void *)from);
    virtio_queue_kick(transmit);
    uk_waitq_wait_event(&transmit->waiting, virtio_queue_take(transmit, NULL) != NULL,
                        UK_TIME_NEVER);
    uk_mutex_unlock(&writing);
    return size;
}

static int console_stat(struct uk_file *file, struct stat *to) {
    (void)file;
    *to = (struct stat){.st_mode = S_IFCHR | 0666};
    return 0;
}

static short console_poll(struct uk_file *file, short events) {
    (void)file;
    return events & (POLLOUT | (receive && has_input() ? POLLIN : 0));
}

static const struct uk_file_ops console_ops = {
    .read = console_read, .write = console_write, .stat = console_stat, .poll = console_poll};
UK_DEVICE_NODE(hvc0, "hvc0", &console_ops);

static int probe(struct virtio_device *device) {
    if (virtio_negotiate(device, 0) == 0)
        return -ENODEV;
    receive = virtio_queue_create(device, QUEUE_RECEIVE, QUEUE_SIZE);
    transmit = virtio_queue_create(device, QUEUE_TRANSMIT, QUEUE_SIZE);
    if (!receive || !transmit)
        return -ENOMEM;
    receive->notice = uk_poll_wake;
    virtio_start(device);
    ask_for_more();
    return 0;
}

static const struct virtio_driver console_driver = {VIRTIO_ID_CONSOLE, "virtio-console", probe};
VIRTIO_DRIVER(console_driver);
