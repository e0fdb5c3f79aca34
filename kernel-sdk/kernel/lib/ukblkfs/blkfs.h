/* Within this library. */
#ifndef UKBLKFS_H
#define UKBLKFS_H

#include <stdbool.h>
#include <sys/types.h>

#include "layout.h"

#define BLKFS_CACHE_BLOCKS 64

/* A block of the disk in memory. */
struct blkfs_cached {
    uint64_t block;
    uint64_t used_at;
    bool valid, dirty;
    char *data;
};

struct blkfs {
    struct uk_blkdev *disk;
    struct blkfs_superblock superblock;
    struct blkfs_metadata *metadata;
    size_t metadata_size;
    bool metadata_dirty;
    /* Which copy the next one is written to. */
    int next_copy;
    unsigned opened[BLKFS_FILES];
    /* Removed, but open: goes with its last close. */
    bool removed[BLKFS_FILES];
    /* For each file the chunk of each index; NULL until asked for. */
    uint32_t *chunks[BLKFS_FILES];
    uint32_t chunk_room[BLKFS_FILES];
    struct blkfs_cached cache[BLKFS_CACHE_BLOCKS];
    uint64_t clock;
};

/* Finds the file system of a disk, or makes one on a disk whose first sector is empty. Negative
 * errno. */
int blkfs_open_disk(struct blkfs *fs, struct uk_blkdev *disk);

/* All that was written is on stable storage when it returns. */
int blkfs_sync(struct blkfs *fs);

/* cache.c: a whole block, for reading or, with `write`, for changing. NULL on a disk error. */
char *blkfs_block(struct blkfs *fs, uint64_t block, bool write, bool fresh);
int blkfs_flush_cache(struct blkfs *fs);

/* file.c; `index` is a file's place in the metadata. */
ssize_t blkfs_read_file(struct blkfs *fs, int index, void *to, size_t size, off_t offset);
ssize_t blkfs_write_file(struct blkfs *fs, int index, const void *from, size_t size, off_t offset);
int blkfs_truncate_file(struct blkfs *fs, int index, off_t size);
int blkfs_find_file(struct blkfs *fs, const char *name);

#endif
