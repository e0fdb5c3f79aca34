/* The ways a guest ends, or stops being one, that no kernel can do anything about. */
#include <string.h>

#include "endings.h"

static void out8(unsigned short port, unsigned char value) {
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void out16(unsigned short port, unsigned short value) {
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

/* Without a page table nothing is mapped but what the processor still remembers. */
static void wipe_page_tables(void) {
    unsigned long root;
    __asm__ volatile("cli; mov %%cr3, %0" : "=r"(root));
    memset((void *)(root & ~0xffful), 0, 4096);
}

static void loop(void) {
    volatile unsigned long turns = 0;
    for (;;)
        turns++;
}

void end_by(const char *what) {
    /* The PIIX's reset control register, and the port of its power management (both of QEMU's pc). */
    if (strcmp(what, "reset") == 0) {
        out8(0xcf9, 0x06);
        loop();
    }
    if (strcmp(what, "poweroff") == 0) {
        out16(0x604, 0x2000);
        loop();
    }
    if (strcmp(what, "masked") == 0) {
        __asm__ volatile("cli");
        loop();
    }
    if (strcmp(what, "unmapped") == 0) {
        wipe_page_tables();
        loop();
    }
    if (strcmp(what, "flushed") == 0) {
        wipe_page_tables();
        __asm__ volatile("mov %%cr3, %%rax; mov %%rax, %%cr3" : : : "rax");
    }
}
