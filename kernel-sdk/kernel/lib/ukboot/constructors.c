/* Functions before main and behind it, from the tables that the linker script collects. */
#include <stdbool.h>
#include <uk/boot.h>

typedef void (*function)(void);

extern const function __init_array_start[], __init_array_end[];
extern const function __fini_array_start[], __fini_array_end[];

void uk_boot_constructors(void) {
    for (const function *entry = __init_array_start; entry < __init_array_end; entry++)
        (*entry)();
}

void uk_boot_destructors(void) {
    static bool ran;
    if (ran)
        return;
    ran = true;
    for (const function *entry = __fini_array_end; entry > __fini_array_start; entry--)
        entry[-1]();
}
