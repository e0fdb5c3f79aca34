/* The one way in which the kernel gives up. */
#ifndef UK_PANIC_H
#define UK_PANIC_H

#include <uk/arch/regs.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_panic_info {
    /* A sentence without a full stop. */
    const char *reason;
    /* For processor exceptions; regs is NULL otherwise. */
    struct __regs *regs;
    unsigned long vector, error_code;
    /* What a page fault accessed. */
    unsigned long address;
    /* For failed assertions; file is NULL otherwise. */
    const char *file;
    int line;
};

/* The panic that is being told, or NULL. */
extern struct uk_panic_info *uk_panic_current;

/* Tells what happened and where, then ends the machine. Debuggers stop at its start. */
__attribute__((noreturn, noinline)) void uk_panic(struct uk_panic_info *info);

/*
 * The name of the function that holds an address, and how far into it the address is; NULL where
 * the image has no symbol table or the address is in no function.
 */
const char *uk_symbolize(unsigned long address, unsigned long *offset);

#ifdef __cplusplus
}
#endif

#endif
