/* From a bare processor to the application's main, and out again. */
#include <stdlib.h>
#include <uk/console.h>
#include <uk/heap.h>
#include <uk/plat/bootstrap.h>
#include <uk/print.h>

#include "arguments.h"

#define EXIT_CODE_MAX 127

int main(int argc, char *argv[]);

/* Called by plat/kvm/x86/boot.S with the PVH start info, on the boot stack, interrupts off. */
__attribute__((noreturn)) void kmain(const void *start_info) {
    static char *argv[CONFIG_LIBUKBOOT_MAXNBARGS + 1];

    uk_console_init();
    ukplat_traps_init();
    ukplat_memory_init(start_info);
    ukplat_paging_init();

    size_t heap_size;
    void *heap = ukplat_memory_free(&heap_size);
    uk_heap_init(heap, heap_size);

    int argc = uk_boot_arguments(ukplat_command_line(), argv, CONFIG_LIBUKBOOT_MAXNBARGS);
    uk_pr_info("booted with %lu KiB of heap, %d arguments\n", (unsigned long)heap_size / 1024,
               argc);

    exit(main(argc, argv));
}

/* The host takes 0 to 127; any other code arrives as the largest of them. */
void exit(int code) {
    ukplat_exit_code = code < 0 || code > EXIT_CODE_MAX ? EXIT_CODE_MAX : code;
    ukplat_terminate(UKPLAT_HALT);
}
