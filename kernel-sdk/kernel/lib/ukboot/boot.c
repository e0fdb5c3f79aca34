/* From a bare processor to the application's main, and out again. */
#include <uk/boot.h>
#include <uk/config.h>
#include <uk/console.h>
#include <uk/heap.h>
#include <uk/init.h>
#include <uk/paging.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/memory.h>
#include <uk/print.h>
#ifdef CONFIG_LIBUKSCHED
#include <uk/sched.h>
#endif

#include "arguments.h"
#include "parameters.h"

#define EXIT_CODE_MAX 127

extern const struct uk_init_entry __start_uk_inittab[], __stop_uk_inittab[];

char *uk_boot_argv[CONFIG_LIBUKBOOT_MAXNBARGS + 1];
int uk_boot_argc;

static void initialise(int first_level, int last_level) {
    for (const struct uk_init_entry *init = __start_uk_inittab; init < __stop_uk_inittab; init++) {
        if (init->level < first_level || init->level > last_level)
            continue;
        uk_pr_debug("%s\n", init->name);
        init->call();
    }
}

/* The second half: whatever may sleep, and then the application. */
static void boot_application(void *unused) {
    (void)unused;
    initialise(UK_INIT_LIBC, UK_INIT_SYS);
    uk_boot_main();
}

/* Called by boot.S with what the boot protocol says of the machine, on the boot stack, interrupts
 * off. */
__attribute__((noreturn)) void kmain(const void *boot_info) {
    uk_console_init();
    ukplat_traps_init();
    ukplat_memory_init(boot_info);
    uk_paging_init();

    size_t heap_size;
    void *heap = ukplat_memory_free(&heap_size);
    uk_heap_init(heap, heap_size);

    uk_boot_argc =
        uk_boot_arguments(ukplat_command_line(), uk_boot_argv, CONFIG_LIBUKBOOT_MAXNBARGS);
    uk_boot_argc = uk_boot_parameters(uk_boot_argc, uk_boot_argv);
    /* The first one is the name of the program, for main. */
    int given = uk_boot_argc > 0 ? uk_boot_argc - 1 : 0;
    uk_pr_info("booted with %lu KiB of heap, %d argument%s\n", (unsigned long)heap_size / 1024,
               given, given == 1 ? "" : "s");

    initialise(UK_INIT_IRQ, UK_INIT_TIME);
#ifdef CONFIG_LIBUKSCHED
    uk_sched_start(boot_application);
#else
    boot_application(NULL);
    uk_exit(0);
#endif
}

void uk_exit(int code) {
    ukplat_exit_code = code < 0 || code > EXIT_CODE_MAX ? EXIT_CODE_MAX : code;
    ukplat_terminate(UKPLAT_HALT);
}
