/* The client that the file system speaks through: requests of 9P2000.L and their answers. */
#ifndef UK9P_CLIENT_H
#define UK9P_CLIENT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <uk/9p.h>

/* A connection: one request at a time, under the mount's lock. */
struct p9_client {
    struct p9_channel *channel;
    uint32_t message_size;
    uint32_t next_fid;
    /* The request that is being written, and the answer that is being read. */
    uint8_t *request, *answer;
    size_t written, answer_size, read;
};

#define P9_ROOT_FID 0

/* All return 0 or a negative errno; a fid is the client's number for a file. */
int p9_connect(struct p9_client *client, struct p9_channel *channel);
int p9_walk(struct p9_client *client, uint32_t from, const char *path, uint32_t *fid);
int p9_clunk(struct p9_client *client, uint32_t fid);
int p9_open(struct p9_client *client, uint32_t fid, uint32_t flags);
/* Turns a folder's fid into that of a new file in it, open. */
int p9_create(struct p9_client *client, uint32_t fid, const char *name, uint32_t flags,
              uint32_t mode);
int p9_getattr(struct p9_client *client, uint32_t fid, struct stat *to);
int p9_truncate(struct p9_client *client, uint32_t fid, uint64_t size);
int p9_fsync(struct p9_client *client, uint32_t fid);
int p9_mkdir(struct p9_client *client, uint32_t fid, const char *name, uint32_t mode);
int p9_unlink(struct p9_client *client, uint32_t fid, const char *name, uint32_t flags);
int p9_rename(struct p9_client *client, uint32_t from_fid, const char *from, uint32_t to_fid,
              const char *to);
/* Bytes that were transferred, fewer than `size` where a message holds no more. */
long p9_read(struct p9_client *client, uint32_t fid, void *to, size_t size, uint64_t offset);
long p9_write(struct p9_client *client, uint32_t fid, const void *from, size_t size,
              uint64_t offset);
/* The folder's entry at a position, which moves on; 1, or 0 at the end. `name` has room for 256. */
int p9_readdir(struct p9_client *client, uint32_t fid, uint64_t *position, uint64_t *inode,
               uint8_t *type, char *name);
long p9_readlink(struct p9_client *client, uint32_t fid, char *to, size_t size);

#endif
