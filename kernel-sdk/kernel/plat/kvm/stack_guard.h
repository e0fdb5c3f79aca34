/* Whose stack has overflown, for both architectures' traps.c. */
#ifndef KVM_STACK_GUARD_H
#define KVM_STACK_GUARD_H

#include <stdint.h>

/* The name of the thread whose stack ends right above the page of an address; NULL if none does. */
const char *overflown_stack(uint64_t address, uint64_t stack_pointer);

#endif
