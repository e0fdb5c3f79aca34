/* The guest's memory, as PVH's start info tells it, and the pages that the boot path takes of it.
 */
#include <stdint.h>
#include <string.h>
#include <uk/arch/paging.h>
#include <uk/assert.h>
#include <uk/plat/bootstrap.h>

#define START_INFO_MAGIC 0x336ec578
#define MEMORY_RAM       1
/* boot.S and paging.c map this much. */
#define MAPPED_END (4UL << 30)

/* Xen's public/arch-x86/hvm/start_info.h, version 1. */
struct hvm_start_info {
    uint32_t magic, version, flags, module_count;
    uint64_t modules, command_line, rsdp, memory_map;
    uint32_t memory_map_entries, reserved;
};

struct hvm_memory_map_entry {
    uint64_t address, size;
    uint32_t type, reserved;
};

extern char __uk_image_end[];

static uint64_t free_start, free_end;
static const char *command_line = "";

void ukplat_memory_init(const void *start_info) {
    const struct hvm_start_info *info = start_info;
    UK_ASSERT(info->magic == START_INFO_MAGIC);
    if (info->command_line != 0)
        command_line = (const char *)info->command_line;
    const struct hvm_memory_map_entry *map = (const void *)info->memory_map;
    uint64_t image_end = (uint64_t)__uk_image_end;
    for (uint32_t i = 0; i < info->memory_map_entries; i++) {
        uint64_t end = map[i].address + map[i].size;
        if (map[i].type == MEMORY_RAM && map[i].address < image_end && end > image_end) {
            free_start = image_end;
            free_end = PAGE_ALIGN_DOWN(end < MAPPED_END ? end : MAPPED_END);
        }
    }
    UK_ASSERT(free_start < free_end);
}

void *ukplat_memory_take_page(void) {
    UK_ASSERT(free_start + PAGE_SIZE <= free_end);
    void *page = (void *)free_start;
    free_start += PAGE_SIZE;
    return memset(page, 0, PAGE_SIZE);
}

void *ukplat_memory_free(size_t *size) {
    *size = free_end - free_start;
    return (void *)free_start;
}

const char *ukplat_command_line(void) {
    return command_line;
}
