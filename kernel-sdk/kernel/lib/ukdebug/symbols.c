/* The image's own symbol table, which the builder puts behind the image (plat/kvm/x86/link64.lds).
 */
#include <stddef.h>
#include <stdint.h>
#include <uk/panic.h>

/* Sorted by address; the last entry marks the end of the code and has an empty name. */
struct uk_symtab_entry {
    uint64_t address;
    const char *name;
};

extern const struct uk_symtab_entry __uk_symtab_start[], __uk_symtab_end[];

const char *uk_symbolize(unsigned long address, unsigned long *offset) {
    size_t low = 0, high = __uk_symtab_end - __uk_symtab_start;
    if (high == 0 || address < __uk_symtab_start[0].address)
        return NULL;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (__uk_symtab_start[middle].address <= address)
            low = middle;
        else
            high = middle;
    }
    *offset = address - __uk_symtab_start[low].address;
    return __uk_symtab_start[low].name[0] == '\0' ? NULL : __uk_symtab_start[low].name;
}
