/* A file's bytes: chunks by index, blocks within a chunk. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "blkfs.h"

#define BLOCKS_PER_CHUNK (BLKFS_CHUNK_SIZE / BLKFS_BLOCK_SIZE)

int blkfs_find_file(struct blkfs *fs, const char *name) {
    for (int i = 0; i < BLKFS_FILES; i++)
        if (!fs->removed[i] && strcmp(fs->metadata->files[i].name, name) == 0)
            return i;
    return -ENOENT;
}

static int remember(struct blkfs *fs, int file, uint32_t index, uint32_t chunk) {
    if (index >= fs->chunk_room[file]) {
        uint32_t room = fs->chunk_room[file] ? 2 * fs->chunk_room[file] : 16;
        while (room <= index)
            room *= 2;
        uint32_t *chunks = realloc(fs->chunks[file], room * sizeof(*chunks));
        if (chunks == NULL)
            return -ENOMEM;
        for (uint32_t i = fs->chunk_room[file]; i < room; i++)
            chunks[i] = BLKFS_NOBODY;
        fs->chunks[file] = chunks;
        fs->chunk_room[file] = room;
    }
    fs->chunks[file][index] = chunk;
    return 0;
}

/* Collects a file's chunks from the table, once. */
static int know_chunks(struct blkfs *fs, int file) {
    if (fs->chunks[file])
        return 0;
    int error = remember(fs, file, 0, BLKFS_NOBODY);
    for (uint32_t chunk = 0; error == 0 && chunk < fs->superblock.chunks; chunk++) {
        uint32_t owner = fs->metadata->owners[chunk];
        if (owner < BLKFS_FREED && owner >> 20 == (uint32_t)file)
            error = remember(fs, file, owner & 0xfffff, chunk);
    }
    return error;
}

/* The chunk of a file at an index, or BLKFS_NOBODY: a hole, which reads as zeros. */
static uint32_t chunk_at(struct blkfs *fs, int file, uint32_t index) {
    return index < fs->chunk_room[file] ? fs->chunks[file][index] : BLKFS_NOBODY;
}

static int add_chunk(struct blkfs *fs, int file, uint32_t index, uint32_t *chunk) {
    for (*chunk = 0; *chunk < fs->superblock.chunks; (*chunk)++) {
        if (fs->metadata->owners[*chunk] != BLKFS_NOBODY)
            continue;
        int error = remember(fs, file, index, *chunk);
        if (error)
            return error;
        fs->metadata->owners[*chunk] = BLKFS_OWNER(file, index);
        fs->metadata_dirty = true;
        /* What its last owner left must not be seen. */
        for (uint64_t i = 0; i < BLOCKS_PER_CHUNK; i++) {
            uint64_t block = fs->superblock.data + *chunk * BLOCKS_PER_CHUNK + i;
            char *data = blkfs_block(fs, block, true, true);
            if (data == NULL)
                return -EIO;
            memset(data, 0, BLKFS_BLOCK_SIZE);
        }
        return 0;
    }
    return -ENOSPC;
}

static uint64_t block_of(struct blkfs *fs, uint32_t chunk, off_t offset) {
    return fs->superblock.data + chunk * BLOCKS_PER_CHUNK +
           offset % BLKFS_CHUNK_SIZE / BLKFS_BLOCK_SIZE;
}

ssize_t blkfs_read_file(struct blkfs *fs, int file, void *to, size_t size, off_t offset) {
    uint64_t length = fs->metadata->files[file].size;
    int error = know_chunks(fs, file);
    if (error)
        return error;
    if ((uint64_t)offset >= length)
        return 0;
    if (size > length - offset)
        size = length - offset;
    for (size_t done = 0; done < size;) {
        off_t at = offset + done;
        size_t within = at % BLKFS_BLOCK_SIZE;
        size_t part = BLKFS_BLOCK_SIZE - within;
        if (part > size - done)
            part = size - done;
        uint32_t chunk = chunk_at(fs, file, at / BLKFS_CHUNK_SIZE);
        if (chunk == BLKFS_NOBODY) {
            memset((char *)to + done, 0, part);
        } else {
            const char *data = blkfs_block(fs, block_of(fs, chunk, at), false, false);
            if (data == NULL)
                return done > 0 ? (ssize_t)done : -EIO;
            memcpy((char *)to + done, data + within, part);
        }
        done += part;
    }
    return size;
}

ssize_t blkfs_write_file(struct blkfs *fs, int file, const void *from, size_t size, off_t offset) {
    int error = know_chunks(fs, file);
    size_t done = 0;
    while (error == 0 && done < size) {
        off_t at = offset + done;
        size_t within = at % BLKFS_BLOCK_SIZE;
        size_t part = BLKFS_BLOCK_SIZE - within;
        if (part > size - done)
            part = size - done;
        uint32_t index = at / BLKFS_CHUNK_SIZE, chunk = chunk_at(fs, file, index);
        if (chunk == BLKFS_NOBODY && (error = add_chunk(fs, file, index, &chunk)) != 0)
            break;
        char *data = blkfs_block(fs, block_of(fs, chunk, at), true, part == BLKFS_BLOCK_SIZE);
        if (data == NULL) {
            error = -EIO;
            break;
        }
        memcpy(data + within, (const char *)from + done, part);
        done += part;
    }
    struct blkfs_file *entry = &fs->metadata->files[file];
    if (done > 0) {
        entry->changed = time(NULL);
        if (offset + done > entry->size)
            entry->size = offset + done;
        fs->metadata_dirty = true;
    }
    return done > 0 ? (ssize_t)done : error;
}

/* Zeros from `size` to the end of its block, so that growing again shows no old bytes. */
static int clear_tail(struct blkfs *fs, int file, off_t size) {
    uint32_t chunk = chunk_at(fs, file, size / BLKFS_CHUNK_SIZE);
    if (chunk == BLKFS_NOBODY)
        return 0;
    off_t chunk_end = (size / BLKFS_CHUNK_SIZE + 1) * BLKFS_CHUNK_SIZE;
    for (off_t at = size; at < chunk_end;) {
        size_t within = at % BLKFS_BLOCK_SIZE;
        char *data = blkfs_block(fs, block_of(fs, chunk, at), true, within == 0);
        if (data == NULL)
            return -EIO;
        memset(data + within, 0, BLKFS_BLOCK_SIZE - within);
        at += BLKFS_BLOCK_SIZE - within;
    }
    return 0;
}

int blkfs_truncate_file(struct blkfs *fs, int file, off_t size) {
    struct blkfs_file *entry = &fs->metadata->files[file];
    int error = know_chunks(fs, file);
    if (error)
        return error;
    if ((uint64_t)size < entry->size) {
        uint32_t first_unused = (size + BLKFS_CHUNK_SIZE - 1) / BLKFS_CHUNK_SIZE;
        for (uint32_t i = first_unused; i < fs->chunk_room[file]; i++) {
            uint32_t chunk = fs->chunks[file][i];
            if (chunk == BLKFS_NOBODY)
                continue;
            fs->metadata->owners[chunk] = BLKFS_FREED;
            fs->chunks[file][i] = BLKFS_NOBODY;
        }
        error = clear_tail(fs, file, size);
    }
    entry->size = size;
    entry->changed = time(NULL);
    fs->metadata_dirty = true;
    return error;
}
