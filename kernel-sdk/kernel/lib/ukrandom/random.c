/*
 * A ChaCha20 stream (RFC 8439, section 2.3) whose key comes from the machine: the processor's
 * generator, else a device's (virtio-rng). Each call begins by taking the next key and one of its
 * own from the stream, so that what was given cannot be computed from what is kept, and so that
 * threads that interrupt each other never get the same.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <uk/arch/lcpu.h>
#include <uk/print.h>
#include <uk/random.h>

#define KEY_WORDS   8
#define BLOCK_WORDS 16
#define ROUNDS      20

static uint32_t key[KEY_WORDS];
static bool seeded;
static size_t (*device_read)(void *to, size_t size);

static uint32_t rotate(uint32_t value, int bits) {
    return value << bits | value >> (32 - bits);
}

static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d) {
    *a += *b, *d = rotate(*d ^ *a, 16);
    *c += *d, *b = rotate(*b ^ *c, 12);
    *a += *b, *d = rotate(*d ^ *a, 8);
    *c += *d, *b = rotate(*b ^ *c, 7);
}

static void chacha20_block(const uint32_t by[KEY_WORDS], uint32_t counter,
                           uint32_t out[BLOCK_WORDS]) {
    uint32_t in[BLOCK_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memcpy(&in[4], by, KEY_WORDS * sizeof(*by));
    in[12] = counter;
    uint32_t *x = out;
    memcpy(x, in, sizeof(in));
    for (int i = 0; i < ROUNDS; i += 2) {
        for (int column = 0; column < 4; column++)
            quarter_round(&x[column], &x[4 + column], &x[8 + column], &x[12 + column]);
        for (int d = 0; d < 4; d++)
            quarter_round(&x[d], &x[4 + (d + 1) % 4], &x[8 + (d + 2) % 4], &x[12 + (d + 3) % 4]);
    }
    for (int i = 0; i < BLOCK_WORDS; i++)
        x[i] += in[i];
}

static bool seed_from_processor(void) {
    for (int i = 0; i < KEY_WORDS; i += 2) {
        uint64_t value;
        if (!ukarch_random(&value))
            return false;
        key[i] ^= value;
        key[i + 1] ^= value >> 32;
    }
    return true;
}

static void seed(void) {
    uint32_t given[KEY_WORDS] = {0};
    bool processor = seed_from_processor();
    bool device = device_read && device_read(given, sizeof(given)) == sizeof(given);
    for (int i = 0; i < KEY_WORDS; i++)
        key[i] ^= given[i];
    if (!processor && !device) {
        uk_pr_warn("random numbers can be guessed: the machine has no generator; enable "
                   "LIBVIRTIO_RNG\n");
        key[0] ^= ukarch_cycles();
    }
    seeded = true;
}

void uk_random_add_source(size_t (*read)(void *to, size_t size)) {
    device_read = read;
    seeded = false;
}

void uk_random_fill(void *to, size_t size) {
    if (!seeded)
        seed();
    uint32_t block[BLOCK_WORDS], own[KEY_WORDS];
    unsigned long flags = ukarch_irq_save();
    chacha20_block(key, 0, block);
    memcpy(key, block, sizeof(key));
    ukarch_irq_restore(flags);
    memcpy(own, block + KEY_WORDS, sizeof(own));
    uint32_t counter = 0;
    for (char *at = to; size > 0;) {
        chacha20_block(own, counter++, block);
        size_t part = size < sizeof(block) ? size : sizeof(block);
        memcpy(at, block, part);
        at += part;
        size -= part;
    }
}
