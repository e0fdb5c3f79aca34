/* A fault in the page under a stack is an overflow of that stack. */
#include "stack_guard.h"

#include <stddef.h>
#include <uk/paging.h>

/* boot.S. */
extern char boot_stack_guard[];

/* Weak: a kernel without lib/uksched has no thread stacks. */
__attribute__((weak)) const char *uk_sched_stack_guard_owner(uint64_t address,
                                                             uint64_t stack_pointer);

const char *overflown_stack(uint64_t address, uint64_t stack_pointer) {
    if (PAGE_ALIGN_DOWN(address) == (uint64_t)boot_stack_guard)
        return "boot";
    return uk_sched_stack_guard_owner ? uk_sched_stack_guard_owner(address, stack_pointer) : NULL;
}
