/* What the platform does for lib/ukboot, in the order in which kmain calls it, and the way out. */
#ifndef UK_PLAT_BOOTSTRAP_H
#define UK_PLAT_BOOTSTRAP_H

#include <stddef.h>

/* Catches every processor exception from here on. */
void ukplat_traps_init(void);

/* Reads the PVH start-info structure that boot.S was handed. */
void ukplat_memory_init(const void *start_info);

/* Replaces boot.S's page tables: the null page unmapped, nothing both writable and executable. */
void ukplat_paging_init(void);

/* Takes one zeroed page of free memory; before the heap has the rest. Panics when there is none. */
void *ukplat_memory_take_page(void);

/* The free memory that nobody took, for the heap: its start, and its size in bytes. */
void *ukplat_memory_free(size_t *size);

/* The kernel command line, never NULL. */
const char *ukplat_command_line(void);

enum ukplat_gstate {
    UKPLAT_HALT,
    UKPLAT_RESTART,
    UKPLAT_CRASH,
};

/* What UKPLAT_HALT hands to the host: 0 to 127. */
extern int ukplat_exit_code;

/* The last function of every ending. */
__attribute__((noreturn, noinline)) void ukplat_terminate(enum ukplat_gstate request);

#endif
