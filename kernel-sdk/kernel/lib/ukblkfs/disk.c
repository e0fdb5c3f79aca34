/* The metadata: read at the mount, written as one piece at a sync. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uk/print.h>

#include "blkfs.h"

#define SECTORS_PER_BLOCK (BLKFS_BLOCK_SIZE / UK_SECTOR_SIZE)

/* CRC-32 (ISO 3309), bit by bit. */
static uint32_t checksum(const void *data, size_t size) {
    const unsigned char *at = data;
    uint32_t crc = ~0U;
    for (; size > 0; size--) {
        crc ^= *at++;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static uint32_t metadata_checksum(struct blkfs *fs) {
    uint32_t saved = fs->metadata->checksum;
    fs->metadata->checksum = 0;
    uint32_t crc = checksum(fs->metadata, fs->metadata_size);
    fs->metadata->checksum = saved;
    return crc;
}

static int read_copy(struct blkfs *fs, int copy) {
    int error = fs->disk->read(fs->disk, fs->superblock.metadata[copy] * SECTORS_PER_BLOCK,
                               fs->metadata, fs->superblock.metadata_blocks * SECTORS_PER_BLOCK);
    if (error)
        return error;
    bool whole =
        fs->metadata->magic == BLKFS_MAGIC && fs->metadata->checksum == metadata_checksum(fs);
    return whole ? 0 : -EINVAL;
}

static int write_metadata(struct blkfs *fs) {
    for (uint32_t i = 0; i < fs->superblock.chunks; i++)
        if (fs->metadata->owners[i] == BLKFS_FREED)
            fs->metadata->owners[i] = BLKFS_NOBODY;
    fs->metadata->magic = BLKFS_MAGIC;
    fs->metadata->generation++;
    fs->metadata->checksum = metadata_checksum(fs);
    int error =
        fs->disk->write(fs->disk, fs->superblock.metadata[fs->next_copy] * SECTORS_PER_BLOCK,
                        fs->metadata, fs->superblock.metadata_blocks * SECTORS_PER_BLOCK);
    if (error)
        return error;
    fs->next_copy ^= 1;
    fs->metadata_dirty = false;
    return 0;
}

/* Data first: metadata on the disk never speaks of data that is not. */
int blkfs_sync(struct blkfs *fs) {
    int error = blkfs_flush_cache(fs);
    if (error == 0)
        error = fs->disk->flush(fs->disk);
    if (error || !fs->metadata_dirty)
        return error;
    error = write_metadata(fs);
    return error ? error : fs->disk->flush(fs->disk);
}

static void lay_out(struct blkfs *fs, uint64_t blocks) {
    uint64_t chunks = blocks * BLKFS_BLOCK_SIZE / BLKFS_CHUNK_SIZE;
    if (chunks > BLKFS_CHUNKS_MAX)
        chunks = BLKFS_CHUNKS_MAX;
    size_t size = sizeof(struct blkfs_metadata) + chunks * sizeof(uint32_t);
    uint32_t metadata_blocks = (size + BLKFS_BLOCK_SIZE - 1) / BLKFS_BLOCK_SIZE;
    uint32_t data = 1 + 2 * metadata_blocks;
    uint64_t room = blocks > data ? (blocks - data) * BLKFS_BLOCK_SIZE / BLKFS_CHUNK_SIZE : 0;
    fs->superblock = (struct blkfs_superblock){
        .magic = BLKFS_MAGIC,
        .chunks = room < chunks ? room : chunks,
        .metadata = {1, 1 + metadata_blocks},
        .metadata_blocks = metadata_blocks,
        .data = data,
    };
    fs->superblock.checksum =
        checksum(&fs->superblock, offsetof(struct blkfs_superblock, checksum));
}

static int format(struct blkfs *fs, char *block) {
    if (fs->disk->read_only)
        return -EROFS;
    memset(fs->metadata, 0, fs->metadata_size);
    for (uint32_t i = 0; i < fs->superblock.chunks; i++)
        fs->metadata->owners[i] = BLKFS_NOBODY;
    /* Both copies, then the superblock: a disk that has one has valid metadata. */
    for (int copy = 0; copy < 2; copy++) {
        int error = write_metadata(fs);
        if (error)
            return error;
    }
    int error = fs->disk->flush(fs->disk);
    memset(block, 0, BLKFS_BLOCK_SIZE);
    memcpy(block, &fs->superblock, sizeof(fs->superblock));
    if (error == 0)
        error = fs->disk->write(fs->disk, 0, block, SECTORS_PER_BLOCK);
    return error ? error : fs->disk->flush(fs->disk);
}

/* Of files that were removed while they were open, when the machine stopped. */
static void free_chunks_without_file(struct blkfs *fs) {
    for (uint32_t i = 0; i < fs->superblock.chunks; i++) {
        uint32_t owner = fs->metadata->owners[i];
        if (owner >= BLKFS_FREED)
            continue;
        if (owner >> 20 >= BLKFS_FILES || fs->metadata->files[owner >> 20].name[0] == '\0')
            fs->metadata->owners[i] = BLKFS_NOBODY;
    }
}

static int load(struct blkfs *fs) {
    uint64_t generations[2] = {0, 0};
    for (int copy = 0; copy < 2; copy++) {
        int error = read_copy(fs, copy);
        if (error == 0)
            generations[copy] = fs->metadata->generation;
        else if (error != -EINVAL)
            return error;
    }
    if (generations[0] == 0 && generations[1] == 0) {
        uk_pr_err("neither copy of the disk's list of files is whole\n");
        return -EIO;
    }
    int newer = generations[1] > generations[0];
    fs->next_copy = !newer;
    int error = read_copy(fs, newer);
    if (error == 0)
        free_chunks_without_file(fs);
    return error;
}

static bool is_empty(const char *block) {
    for (size_t i = 0; i < BLKFS_BLOCK_SIZE; i++)
        if (block[i] != 0)
            return false;
    return true;
}

int blkfs_open_disk(struct blkfs *fs, struct uk_blkdev *disk) {
    fs->disk = disk;
    uint64_t blocks = disk->sectors / SECTORS_PER_BLOCK;
    char *block = aligned_alloc(BLKFS_BLOCK_SIZE, BLKFS_BLOCK_SIZE);
    if (block == NULL)
        return -ENOMEM;
    int error = disk->read(disk, 0, block, SECTORS_PER_BLOCK);
    struct blkfs_superblock found;
    memcpy(&found, block, sizeof(found));
    bool ours = found.magic == BLKFS_MAGIC &&
                found.checksum == checksum(&found, offsetof(struct blkfs_superblock, checksum));
    if (error == 0 && !ours && !is_empty(block)) {
        uk_pr_err("the disk holds something else: it is neither empty nor made by this kernel\n");
        error = -EINVAL;
    }
    if (ours)
        fs->superblock = found;
    else
        lay_out(fs, blocks);
    if (error == 0 && (fs->superblock.chunks == 0 || fs->superblock.data > blocks)) {
        uk_pr_err("the disk is too small: %lu KiB\n", (unsigned long)(disk->sectors / 2));
        error = -ENOSPC;
    }
    if (error == 0) {
        fs->metadata_size = fs->superblock.metadata_blocks * BLKFS_BLOCK_SIZE;
        fs->metadata = aligned_alloc(BLKFS_BLOCK_SIZE, fs->metadata_size);
        error = fs->metadata ? 0 : -ENOMEM;
    }
    if (error == 0)
        error = ours ? load(fs) : format(fs, block);
    free(block);
    return error;
}
