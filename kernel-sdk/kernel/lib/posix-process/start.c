/* From the kernel's boot to musl's, and from there to main. */
#include <elf.h>
#include <libc.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/boot.h>
#include <uk/init.h>
#include <uk/parameter.h>
#include <uk/paging.h>
#include <uk/syscall.h>

#define ENVIRONMENT_MAX 64
#define AUXILIARY_WORDS 16

int main(int argc, char *argv[], char *envp[]);
/* plat: thread-local variables as they are when a thread starts. */
extern char __uk_tls_start[], __uk_tls_file_end[], __uk_tls_end[];

static const char *environment[ENVIRONMENT_MAX];
static int environment_count;

static void add_variable(const char *assignment) {
    if (environment_count < ENVIRONMENT_MAX)
        environment[environment_count++] = assignment;
}
UK_PARAMETER("env.vars", add_variable);

static char **arguments;

/* What Linux leaves on a new program's stack (System V ABI, AMD64, 3.4.1): argv, environment,
 * auxiliary vector. From here on every thread may use libc. */
static void prepare_libc(void) {
    static Elf64_Phdr tls = {.p_type = PT_TLS, .p_align = 64};
    tls.p_vaddr = (Elf64_Addr)__uk_tls_start;
    tls.p_filesz = __uk_tls_file_end - __uk_tls_start;
    tls.p_memsz = __uk_tls_end - __uk_tls_start;
    const size_t auxiliary[AUXILIARY_WORDS] = {
        AT_PAGESZ, PAGE_SIZE, AT_PHDR, (size_t)&tls, AT_PHENT, sizeof(tls), AT_PHNUM, 1, AT_NULL, 0,
    };
    int argc = uk_boot_argc;
    size_t words = argc + 1 + environment_count + 1 + AUXILIARY_WORDS;
    arguments = uk_calloc(uk_alloc_get_default(), words, sizeof(*arguments));
    UK_ASSERT(arguments != NULL);
    char **environ_at = arguments + argc + 1;
    memcpy(arguments, uk_boot_argv, argc * sizeof(*arguments));
    memcpy(environ_at, environment, environment_count * sizeof(*arguments));
    memcpy(environ_at + environment_count + 1, auxiliary, sizeof(auxiliary));
    __init_libc(environ_at, arguments[0]);
}
UK_INIT(UK_INIT_LIBC, prepare_libc);

/* The rest of musl's __libc_start_main. */
void uk_boot_main(void) {
    __libc_start_init();
    exit(main(uk_boot_argc, arguments, arguments + uk_boot_argc + 1));
}

UK_SYSCALL(exit_group) {
    uk_exit((int)a[0]);
}
