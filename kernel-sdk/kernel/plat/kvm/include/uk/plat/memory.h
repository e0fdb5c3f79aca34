/* The machine's memory, as the boot protocol told it. */
#ifndef UK_PLAT_MEMORY_H
#define UK_PLAT_MEMORY_H

#include <stddef.h>
#include <uk/paging.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads what the boot code was handed: PVH's start info, or a device tree. */
void ukplat_memory_init(const void *boot_info);

/*
 * One zeroed page of free memory; panics when there is none. Before the heap is there it comes
 * from the memory that the heap will be, afterwards from the heap.
 */
void *ukplat_memory_take_page(void);

/* The free memory that nobody took, for the heap: its start, and its size in bytes. Called once. */
void *ukplat_memory_free(size_t *size);

/*
 * What is mapped and with which rights, later entries before earlier ones where they overlap.
 * Returns how many there are, at most `limit`.
 */
int ukplat_memory_regions(struct uk_page_region regions[], int limit);

/* The initial RAM disk that was loaded with the image; NULL and 0 where there is none. */
const void *ukplat_initrd(size_t *size);

/* The kernel command line, never NULL. */
const char *ukplat_command_line(void);

#ifdef __cplusplus
}
#endif

#endif
