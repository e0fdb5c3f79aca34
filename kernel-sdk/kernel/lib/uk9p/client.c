/* Requests and answers. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

#define TLERROR   6
#define TLOPEN    12
#define TLCREATE  14
#define TREADLINK 22
#define TGETATTR  24
#define TSETATTR  26
#define TREADDIR  40
#define TFSYNC    50
#define TMKDIR    72
#define TRENAMEAT 74
#define TUNLINKAT 76
#define TVERSION  100
#define TATTACH   104
#define TWALK     110
#define TREAD     116
#define TWRITE    118
#define TCLUNK    120

#define NO_FID        0xffffffffU
#define NO_TAG        0xffff
#define HEADER_SIZE   7
#define IO_OVERHEAD   24
#define WALK_MAX      16
#define GETATTR_BASIC 0x7ff
#define SETATTR_SIZE  8
#define QID_SIZE      13
#define QID_FOLDER    0x80
#define NAME_MAX_9P   255

static struct p9_channel *channels;

void p9_channel_register(struct p9_channel *channel) {
    channel->next = channels;
    channels = channel;
}

struct p9_channel *p9_channel_find(const char *tag) {
    struct p9_channel *channel = channels;
    while (channel && strcmp(channel->tag, tag) != 0)
        channel = channel->next;
    return channel;
}

/* Numbers are little-endian. */
static void put(struct p9_client *client, uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++)
        client->request[client->written++] = value >> (8 * i);
}

static void put_text(struct p9_client *client, const char *text, size_t size) {
    put(client, size, 2);
    memcpy(client->request + client->written, text, size);
    client->written += size;
}

/* Zeros behind the end: what a server leaves out reads as nothing. */
static uint64_t get(struct p9_client *client, unsigned bytes) {
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes && client->read < client->answer_size; i++)
        value |= (uint64_t)client->answer[client->read++] << (8 * i);
    return value;
}

static void begin(struct p9_client *client, uint8_t type) {
    client->written = 4;
    put(client, type, 1);
    put(client, type == TVERSION ? NO_TAG : 1, 2);
}

static int exchange(struct p9_client *client) {
    uint8_t type = client->request[4];
    size_t size = client->written;
    client->written = 0;
    put(client, size, 4);
    int got = client->channel->exchange(client->channel, client->request, size, client->answer,
                                        P9_MESSAGE_SIZE);
    if (got < 0)
        return got;
    client->answer_size = got;
    client->read = 0;
    if (got < HEADER_SIZE || get(client, 4) != (uint32_t)got)
        return -EIO;
    uint8_t kind = get(client, 1);
    get(client, 2);
    if (kind == TLERROR + 1)
        return -(int)get(client, 4);
    return kind == type + 1 ? 0 : -EIO;
}

int p9_connect(struct p9_client *client, struct p9_channel *channel) {
    client->channel = channel;
    client->message_size = P9_MESSAGE_SIZE;
    client->next_fid = P9_ROOT_FID + 1;
    client->request = malloc(P9_MESSAGE_SIZE);
    client->answer = malloc(P9_MESSAGE_SIZE);
    if (!client->request || !client->answer)
        return -ENOMEM;
    begin(client, TVERSION);
    put(client, P9_MESSAGE_SIZE, 4);
    put_text(client, "9P2000.L", 8);
    int error = exchange(client);
    if (error)
        return error;
    uint32_t agreed = get(client, 4);
    if (agreed < client->message_size)
        client->message_size = agreed;
    if (agreed <= IO_OVERHEAD)
        return -EPROTO;
    begin(client, TATTACH);
    put(client, P9_ROOT_FID, 4);
    put(client, NO_FID, 4);
    put_text(client, "", 0);
    put_text(client, "", 0);
    put(client, 0, 4);
    return exchange(client);
}

/* Whether the last of `count` qids in an answer is a folder's; the walk's start is one. */
static bool is_folder_at(struct p9_client *client, uint16_t count) {
    uint8_t type = QID_FOLDER;
    for (uint16_t i = 0; i < count; i++) {
        type = get(client, 1);
        get(client, 4); /* version */
        get(client, 8); /* path */
    }
    return type & QID_FOLDER;
}

/* One Twalk takes sixteen names at most: longer paths go in steps. */
int p9_walk(struct p9_client *client, uint32_t from, const char *path, uint32_t *fid) {
    *fid = client->next_fid++;
    for (bool first = true; first || *path != '\0'; first = false) {
        begin(client, TWALK);
        put(client, first ? from : *fid, 4);
        put(client, *fid, 4);
        size_t count_at = client->written;
        uint16_t count = 0;
        put(client, 0, 2);
        while (*path != '\0' && count < WALK_MAX) {
            size_t size = strcspn(path, "/");
            put_text(client, path, size);
            path += size + (path[size] == '/');
            count++;
        }
        client->request[count_at] = count;
        int error = exchange(client);
        uint16_t walked = error ? 0 : get(client, 2);
        if (error == 0 && walked != count)
            error = is_folder_at(client, walked) ? -ENOENT : -ENOTDIR;
        if (error) {
            if (!first)
                p9_clunk(client, *fid);
            return error;
        }
    }
    return 0;
}

int p9_clunk(struct p9_client *client, uint32_t fid) {
    begin(client, TCLUNK);
    put(client, fid, 4);
    return exchange(client);
}

int p9_open(struct p9_client *client, uint32_t fid, uint32_t flags) {
    begin(client, TLOPEN);
    put(client, fid, 4);
    put(client, flags, 4);
    int error = exchange(client);
    if (error == 0 && (flags & O_ACCMODE) != O_RDONLY && is_folder_at(client, 1))
        error = -EISDIR;
    return error;
}

int p9_create(struct p9_client *client, uint32_t fid, const char *name, uint32_t flags,
              uint32_t mode) {
    begin(client, TLCREATE);
    put(client, fid, 4);
    put_text(client, name, strlen(name));
    put(client, flags, 4);
    put(client, mode, 4);
    put(client, 0, 4);
    return exchange(client);
}

int p9_getattr(struct p9_client *client, uint32_t fid, struct stat *to) {
    begin(client, TGETATTR);
    put(client, fid, 4);
    put(client, GETATTR_BASIC, 8);
    int error = exchange(client);
    if (error)
        return error;
    *to = (struct stat){0};
    get(client, 8); /* which fields are valid */
    get(client, 5); /* qid: type and version */
    to->st_ino = get(client, 8);
    to->st_mode = get(client, 4);
    to->st_uid = get(client, 4);
    to->st_gid = get(client, 4);
    to->st_nlink = get(client, 8);
    get(client, 8); /* rdev */
    to->st_size = get(client, 8);
    get(client, 8); /* block size */
    to->st_blocks = get(client, 8);
    to->st_atim.tv_sec = get(client, 8);
    to->st_atim.tv_nsec = get(client, 8);
    to->st_mtim.tv_sec = get(client, 8);
    to->st_mtim.tv_nsec = get(client, 8);
    to->st_ctim.tv_sec = get(client, 8);
    to->st_ctim.tv_nsec = get(client, 8);
    return 0;
}

int p9_truncate(struct p9_client *client, uint32_t fid, uint64_t size) {
    begin(client, TSETATTR);
    put(client, fid, 4);
    put(client, SETATTR_SIZE, 4);
    put(client, 0, 4); /* mode */
    put(client, 0, 4); /* owner */
    put(client, 0, 4); /* group */
    put(client, size, 8);
    put(client, 0, 8);
    put(client, 0, 8);
    put(client, 0, 8);
    put(client, 0, 8);
    return exchange(client);
}

int p9_fsync(struct p9_client *client, uint32_t fid) {
    begin(client, TFSYNC);
    put(client, fid, 4);
    put(client, 0, 4);
    return exchange(client);
}

int p9_mkdir(struct p9_client *client, uint32_t fid, const char *name, uint32_t mode) {
    begin(client, TMKDIR);
    put(client, fid, 4);
    put_text(client, name, strlen(name));
    put(client, mode, 4);
    put(client, 0, 4);
    return exchange(client);
}

int p9_unlink(struct p9_client *client, uint32_t fid, const char *name, uint32_t flags) {
    begin(client, TUNLINKAT);
    put(client, fid, 4);
    put_text(client, name, strlen(name));
    put(client, flags, 4);
    return exchange(client);
}

int p9_rename(struct p9_client *client, uint32_t from_fid, const char *from, uint32_t to_fid,
              const char *to) {
    begin(client, TRENAMEAT);
    put(client, from_fid, 4);
    put_text(client, from, strlen(from));
    put(client, to_fid, 4);
    put_text(client, to, strlen(to));
    return exchange(client);
}

static size_t at_most(struct p9_client *client, size_t size) {
    size_t most = client->message_size - IO_OVERHEAD;
    return size < most ? size : most;
}

long p9_read(struct p9_client *client, uint32_t fid, void *to, size_t size, uint64_t offset) {
    begin(client, TREAD);
    put(client, fid, 4);
    put(client, offset, 8);
    put(client, at_most(client, size), 4);
    int error = exchange(client);
    if (error)
        return error;
    size_t count = get(client, 4);
    if (count > size || count > client->answer_size - client->read)
        return -EIO;
    memcpy(to, client->answer + client->read, count);
    return count;
}

long p9_write(struct p9_client *client, uint32_t fid, const void *from, size_t size,
              uint64_t offset) {
    size = at_most(client, size);
    begin(client, TWRITE);
    put(client, fid, 4);
    put(client, offset, 8);
    put(client, size, 4);
    memcpy(client->request + client->written, from, size);
    client->written += size;
    int error = exchange(client);
    return error ? error : (long)get(client, 4);
}

int p9_readdir(struct p9_client *client, uint32_t fid, uint64_t *position, uint64_t *inode,
               uint8_t *type, char *name) {
    begin(client, TREADDIR);
    put(client, fid, 4);
    put(client, *position, 8);
    /* Room for one entry with the longest name: entries are taken one by one. */
    put(client, QID_SIZE + 8 + 1 + 2 + NAME_MAX_9P, 4);
    int error = exchange(client);
    if (error)
        return error;
    if (get(client, 4) == 0)
        return 0;
    get(client, 5);
    *inode = get(client, 8);
    *position = get(client, 8);
    *type = get(client, 1);
    size_t size = get(client, 2);
    if (size > NAME_MAX_9P || size > client->answer_size - client->read)
        return -EIO;
    memcpy(name, client->answer + client->read, size);
    name[size] = '\0';
    return 1;
}

long p9_readlink(struct p9_client *client, uint32_t fid, char *to, size_t size) {
    begin(client, TREADLINK);
    put(client, fid, 4);
    int error = exchange(client);
    if (error)
        return error;
    size_t length = get(client, 2);
    if (length > client->answer_size - client->read)
        return -EIO;
    if (length > size)
        length = size;
    memcpy(to, client->answer + client->read, length);
    return length;
}
