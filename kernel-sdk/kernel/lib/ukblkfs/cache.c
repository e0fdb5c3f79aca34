/* Blocks in memory, written when their place is needed or when somebody syncs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "blkfs.h"

#define SECTORS_PER_BLOCK (BLKFS_BLOCK_SIZE / UK_SECTOR_SIZE)

static int write_back(struct blkfs *fs, struct blkfs_cached *cached) {
    if (!cached->valid || !cached->dirty)
        return 0;
    int error = fs->disk->write(fs->disk, cached->block * SECTORS_PER_BLOCK, cached->data,
                                SECTORS_PER_BLOCK);
    if (error == 0)
        cached->dirty = false;
    return error;
}

/* The place of a block that has one, else the one that was used longest ago. */
static struct blkfs_cached *place_of(struct blkfs *fs, uint64_t block) {
    struct blkfs_cached *oldest = &fs->cache[0];
    for (int i = 0; i < BLKFS_CACHE_BLOCKS; i++) {
        struct blkfs_cached *cached = &fs->cache[i];
        if (cached->valid && cached->block == block)
            return cached;
        if (!cached->valid || cached->used_at < oldest->used_at)
            oldest = oldest->valid || !cached->valid ? cached : oldest;
    }
    return oldest;
}

/* `fresh`: all of it will be written, nothing has to be read. */
char *blkfs_block(struct blkfs *fs, uint64_t block, bool write, bool fresh) {
    struct blkfs_cached *cached = place_of(fs, block);
    if (!cached->valid || cached->block != block) {
        if (write_back(fs, cached) != 0)
            return NULL;
        cached->valid = false;
        if (cached->data == NULL)
            cached->data = aligned_alloc(BLKFS_BLOCK_SIZE, BLKFS_BLOCK_SIZE);
        if (cached->data == NULL)
            return NULL;
        if (!fresh && fs->disk->read(fs->disk, block * SECTORS_PER_BLOCK, cached->data,
                                     SECTORS_PER_BLOCK) != 0)
            return NULL;
        cached->block = block;
        cached->valid = true;
        cached->dirty = false;
    }
    cached->used_at = ++fs->clock;
    cached->dirty |= write;
    return cached->data;
}

int blkfs_flush_cache(struct blkfs *fs) {
    for (int i = 0; i < BLKFS_CACHE_BLOCKS; i++) {
        int error = write_back(fs, &fs->cache[i]);
        if (error)
            return error;
    }
    return 0;
}
