/*
 * Reads a device tree on the host, whole and in every damaged form that can be tried quickly, in
 * memory that ends where the blob says: with the address sanitizer, a byte read behind it ends the
 * program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fdt.h"

#define TOTAL_SIZE     4
#define STRUCTURE      8
#define STRINGS        12
#define STRINGS_SIZE   32
#define STRUCTURE_SIZE 36

static unsigned char *blob;
static unsigned size;

static unsigned get(const unsigned char *from, unsigned at) {
    return (unsigned)from[at] << 24 | from[at + 1] << 16 | from[at + 2] << 8 | from[at + 3];
}

static void put(unsigned char *to, unsigned at, unsigned value) {
    for (int i = 0; i < 4; i++)
        to[at + i] = value >> (24 - 8 * i);
}

/* A copy of its own size, so that the sanitizer sees its end. */
static unsigned char *copy(unsigned length) {
    unsigned char *made = malloc(length);
    memcpy(made, blob, length);
    put(made, TOTAL_SIZE, length);
    return made;
}

static void load(const char *path) {
    FILE *file = fopen(path, "rb");
    blob = malloc(1 << 20);
    if (file == NULL || fread(blob, 1, 1 << 20, file) < 40)
        exit(2);
    fclose(file);
    unsigned structure_end = get(blob, STRUCTURE) + get(blob, STRUCTURE_SIZE);
    unsigned strings_end = get(blob, STRINGS) + get(blob, STRINGS_SIZE);
    size = structure_end > strings_end ? structure_end : strings_end;
}

int main(int argc, char *argv[]) {
    if (argc < 2)
        return 2;
    load(argv[1]);
    struct machine m;
    unsigned char *whole = copy(size);
    if (!fdt_read(whole, &m))
        return 3;
    printf("memory 0x%lx+0x%lx\n", (long)m.memory, (long)m.memory_size);
    printf("initrd 0x%lx..0x%lx\n", (long)m.initrd, (long)m.initrd_end);
    printf("command line '%.*s'\n", (int)m.command_line_length, m.command_line);
    printf("gic 0x%lx 0x%lx, timer %u, rtc 0x%lx\n", (long)m.gic_distributor, (long)m.gic_cpu,
           m.timer_interrupt, (long)m.rtc);
    printf("virtio %u: 0x%lx on %u .. 0x%lx on %u\n", m.virtio_slots, (long)m.virtio[0].address,
           m.virtio[0].interrupt, (long)m.virtio[m.virtio_slots - 1].address,
           m.virtio[m.virtio_slots - 1].interrupt);
    printf("pci 0x%lx, window 0x%lx, smc %d\n", (long)m.pci_configuration, (long)m.pci_window,
           m.psci_smc);
    free(whole);
    int accepted = 0;
    for (unsigned length = 40; length < size; length++) {
        unsigned char *part = copy(length);
        accepted += fdt_read(part, &m);
        free(part);
    }
    for (unsigned length = 0; length < get(blob, STRUCTURE_SIZE); length++) {
        unsigned char *part = copy(size);
        put(part, STRUCTURE_SIZE, length);
        accepted += fdt_read(part, &m);
        free(part);
    }
    printf("truncated ones accepted: %d\n", accepted);
    srand(1);
    for (int turn = 0; turn < 20000; turn++) {
        unsigned char *damaged = copy(size);
        for (int i = 0; i < 4; i++)
            damaged[8 + rand() % (size - 8)] = rand();
        fdt_read(damaged, &m);
        free(damaged);
    }
    printf("done\n");
}
