/*
 * How files lie on a disk. The disk is cut into chunks; a table says which file each chunk belongs
 * to. The table and the list of files are written as one piece, in turns to one of two places, with
 * a generation and a checksum: whenever the machine stops, the newer whole piece is what counts. So
 * creating, removing and renaming a file is all or nothing, and nothing needs to be repaired.
 *
 *     sector 0        | metadata A | metadata B | chunk 0 | chunk 1 | …
 *     struct superblock
 */
#ifndef UKBLKFS_LAYOUT_H
#define UKBLKFS_LAYOUT_H

#include <stdint.h>
#include <uk/blkdev.h>

#define BLKFS_MAGIC      0x31736662 /* "bfs1" */
#define BLKFS_BLOCK_SIZE 4096UL
#define BLKFS_CHUNK_SIZE 65536UL
#define BLKFS_CHUNKS_MAX 65536U /* 4 GiB; a larger disk is used up to there */
#define BLKFS_FILES      64
#define BLKFS_NAME_SIZE  112
#define BLKFS_NOBODY     0xffffffffU
/* In memory alone: nobody's from the next sync on. Until then the disk still says whose it was. */
#define BLKFS_FREED 0xfffffffeU

struct blkfs_superblock {
    uint32_t magic, chunks;
    /* In blocks: where the two copies of the metadata and the first chunk begin. */
    uint32_t metadata[2], metadata_blocks, data;
    uint32_t checksum;
};

struct blkfs_file {
    /* Empty: there is no such file. */
    char name[BLKFS_NAME_SIZE];
    uint64_t size;
    int64_t changed;
};

/* Who has a chunk: `file << 20 | index within the file`, or BLKFS_NOBODY. */
#define BLKFS_OWNER(file, index) ((uint32_t)(file) << 20 | (uint32_t)(index))

struct blkfs_metadata {
    uint32_t magic, checksum;
    uint64_t generation;
    struct blkfs_file files[BLKFS_FILES];
    uint32_t owners[];
};

#endif
