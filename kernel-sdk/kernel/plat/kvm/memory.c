/* The guest's free memory, and the rights of the image's own: the same on every machine. */
#include "memory.h"

#include <stdint.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/assert.h>

/* Each architecture's link64.lds and boot.S. */
extern char __uk_text_start[], __uk_text_end[], __uk_rodata_end[], __uk_data_end[],
    __uk_image_end[], boot_stack_guard[];

static uint64_t free_start, free_end;
static const char *command_line = "";
static uint64_t initrd, initrd_size;

/* The larger of the two parts that the initial RAM disk leaves. */
static void leave_out_initrd(void) {
    if (initrd_size == 0 || initrd >= free_end || initrd + initrd_size <= free_start)
        return;
    uint64_t before = PAGE_ALIGN_DOWN(initrd);
    uint64_t behind = PAGE_ALIGN_UP(initrd + initrd_size);
    if (behind < free_end && (before < free_start || free_end - behind > before - free_start))
        free_start = behind;
    else
        free_end = before;
}

/* Out of the way of the heap, which is put wherever the boot protocol left it. */
static void keep_command_line(const char *line, size_t length) {
    if (length == 0)
        return;
    UK_ASSERT(PAGE_ALIGN_UP(length + 1) <= free_end - free_start);
    char *kept = memmove((void *)free_start, line, length);
    kept[length] = '\0';
    command_line = kept;
    free_start += PAGE_ALIGN_UP(length + 1);
}

void boot_memory_set(const struct boot_memory *memory) {
    free_start = (uint64_t)__uk_image_end;
    free_end = PAGE_ALIGN_DOWN(memory->end);
    initrd = memory->initrd;
    initrd_size = memory->initrd_size;
    leave_out_initrd();
    UK_ASSERT(free_start < free_end);
    keep_command_line(memory->command_line, memory->command_line_length);
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
    const struct uk_page_region image[] = {
        /* A null pointer must fault, not read what the machine has at 0. */
        {0, PAGE_SIZE, UK_PAGE_NONE},
        {text, constants, UK_PAGE_READ | UK_PAGE_EXECUTE},
        {constants, data, UK_PAGE_READ},
        /* The symbol table lies behind the data. */
        {table, (uint64_t)__uk_image_end, UK_PAGE_READ},
        {guard, guard + PAGE_SIZE, UK_PAGE_NONE},
    };
    int count = machine_regions(regions, limit);
    int more = sizeof(image) / sizeof(image[0]);
    UK_ASSERT(count + more <= limit);
    memcpy(&regions[count], image, sizeof(image));
    return count + more;
}

const void *ukplat_initrd(size_t *size) {
    *size = initrd_size;
    return initrd_size == 0 ? NULL : (const void *)initrd;
}

const char *ukplat_command_line(void) {
    return command_line;
}
