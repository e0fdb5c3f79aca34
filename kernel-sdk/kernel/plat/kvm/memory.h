/* What each machine's memory.c tells to memory.c. */
#ifndef KVM_MEMORY_H
#define KVM_MEMORY_H

#include <uk/plat/memory.h>

struct boot_memory {
    /* Where the memory ends that the image lies in. */
    uint64_t end;
    uint64_t initrd, initrd_size;
    /* May lie anywhere but in the image: it is copied. */
    const char *command_line;
    size_t command_line_length;
};

/* Called once by ukplat_memory_init. */
void boot_memory_set(const struct boot_memory *memory);

/* The machine's memory and devices, without regard to the image. Returns how many there are. */
int machine_regions(struct uk_page_region regions[], int limit);

#endif
