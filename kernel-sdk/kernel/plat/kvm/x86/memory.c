/* The guest's memory, as PVH's start info tells it. */
#include "../memory.h"

#include <string.h>
#include <uk/assert.h>

#define START_INFO_MAGIC 0x336ec578
#define MEMORY_RAM       1
/* RAM, devices and firmware: boot.S maps this much, and so do the kernel's own tables. */
#define MAPPED_END (4UL << 30)

/* Xen's public/arch-x86/hvm/start_info.h, version 1. */
struct hvm_start_info {
    uint32_t magic, version, flags, module_count;
    uint64_t modules, command_line, rsdp, memory_map;
    uint32_t memory_map_entries, reserved;
};

struct hvm_module {
    uint64_t address, size, command_line, reserved;
};

struct hvm_memory_map_entry {
    uint64_t address, size;
    uint32_t type, reserved;
};

/* plat/kvm/x86/link64.lds. */
extern char __uk_image_end[];

void ukplat_memory_init(const void *boot_info) {
    const struct hvm_start_info *info = boot_info;
    UK_ASSERT(info->magic == START_INFO_MAGIC);
    struct boot_memory memory = {0};
    if (info->command_line != 0) {
        memory.command_line = (const char *)info->command_line;
        memory.command_line_length = strlen(memory.command_line);
    }
    if (info->module_count > 0) {
        const struct hvm_module *initrd = (const void *)info->modules;
        memory.initrd = initrd->address;
        memory.initrd_size = initrd->size;
    }
    const struct hvm_memory_map_entry *map = (const void *)info->memory_map;
    uint64_t image_end = (uint64_t)__uk_image_end;
    for (uint32_t i = 0; i < info->memory_map_entries; i++) {
        uint64_t end = map[i].address + map[i].size;
        if (map[i].type == MEMORY_RAM && map[i].address < image_end && end > image_end)
            memory.end = end < MAPPED_END ? end : MAPPED_END;
    }
    boot_memory_set(&memory);
}

int machine_regions(struct uk_page_region regions[], int limit) {
    UK_ASSERT(limit > 0);
    regions[0] = (struct uk_page_region){0, MAPPED_END, UK_PAGE_READ | UK_PAGE_WRITE};
    return 1;
}
