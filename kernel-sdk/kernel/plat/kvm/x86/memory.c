/* The guest's memory, as PVH's start info tells it. */
#include <stdint.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/plat/memory.h>

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

/* plat/kvm/x86/link64.lds and boot.S. */
extern char __uk_text_start[], __uk_text_end[], __uk_rodata_end[], __uk_data_end[],
    __uk_image_end[], boot_stack_guard[];

static uint64_t free_start, free_end;
static const char *command_line = "";
static struct hvm_module initrd;

/* The larger of the two parts that the initial RAM disk leaves. */
static void leave_out_initrd(void) {
    if (initrd.size == 0 || initrd.address >= free_end ||
        initrd.address + initrd.size <= free_start)
        return;
    uint64_t before = PAGE_ALIGN_DOWN(initrd.address);
    uint64_t behind = PAGE_ALIGN_UP(initrd.address + initrd.size);
    if (behind < free_end && (before < free_start || free_end - behind > before - free_start))
        free_start = behind;
    else
        free_end = before;
}

void ukplat_memory_init(const void *boot_info) {
    const struct hvm_start_info *info = boot_info;
    UK_ASSERT(info->magic == START_INFO_MAGIC);
    if (info->command_line != 0)
        command_line = (const char *)info->command_line;
    if (info->module_count > 0)
        initrd = *(const struct hvm_module *)info->modules;
    const struct hvm_memory_map_entry *map = (const void *)info->memory_map;
    uint64_t image_end = (uint64_t)__uk_image_end;
    for (uint32_t i = 0; i < info->memory_map_entries; i++) {
        uint64_t end = map[i].address + map[i].size;
        if (map[i].type == MEMORY_RAM && map[i].address < image_end && end > image_end) {
            free_start = image_end;
            free_end = PAGE_ALIGN_DOWN(end < MAPPED_END ? end : MAPPED_END);
        }
    }
    leave_out_initrd();
    UK_ASSERT(free_start < free_end);
}

void *ukplat_memory_take_page(void) {
    void *page;
    if (free_start < free_end) {
        page = (void *)free_start;
        free_start += PAGE_SIZE;
    } else {
        page = uk_memalign(uk_alloc_get_default(), PAGE_SIZE, PAGE_SIZE);
        UK_ASSERT(page != NULL);
    }
    return memset(page, 0, PAGE_SIZE);
}

void *ukplat_memory_free(size_t *size) {
    void *start = (void *)free_start;
    *size = free_end - free_start;
    free_start = free_end;
    return start;
}

int ukplat_memory_regions(struct uk_page_region regions[], int limit) {
    uint64_t text = (uint64_t)__uk_text_start, constants = PAGE_ALIGN_UP((uint64_t)__uk_text_end);
    uint64_t data = PAGE_ALIGN_UP((uint64_t)__uk_rodata_end), table = (uint64_t)__uk_data_end;
    uint64_t guard = (uint64_t)boot_stack_guard;
    const struct uk_page_region all[] = {
        {0, MAPPED_END, UK_PAGE_READ | UK_PAGE_WRITE},
        /* A null pointer must fault, not read the BIOS data area. */
        {0, PAGE_SIZE, UK_PAGE_NONE},
        {text, constants, UK_PAGE_READ | UK_PAGE_EXECUTE},
        {constants, data, UK_PAGE_READ},
        /* The symbol table lies behind the data. */
        {table, (uint64_t)__uk_image_end, UK_PAGE_READ},
        {guard, guard + PAGE_SIZE, UK_PAGE_NONE},
    };
    int count = sizeof(all) / sizeof(all[0]);
    UK_ASSERT(count <= limit);
    memcpy(regions, all, sizeof(all));
    return count;
}

const void *ukplat_initrd(size_t *size) {
    *size = initrd.size;
    return initrd.size == 0 ? NULL : (const void *)initrd.address;
}

const char *ukplat_command_line(void) {
    return command_line;
}
