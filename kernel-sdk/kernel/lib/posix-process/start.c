/* From the kernel's boot to musl's, and from there to main. */
#include <elf.h>
#include <stddef.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/boot.h>
#include <uk/parameter.h>
#include <uk/paging.h>
#include <uk/random.h>
#include <uk/syscall.h>

#define ENVIRONMENT_MAX 64
#define AUXILIARY_WORDS 16
#define RANDOM_BYTES    16

int main(int argc, char *argv[], char *envp[]);
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*ldso)(void));

/* plat: thread-local variables as they are when a thread starts. */
extern char __uk_tls_start[], __uk_tls_file_end[], __uk_tls_end[];

static const char *environment[ENVIRONMENT_MAX];
static int environment_count;

static void add_variable(const char *assignment) {
    if (environment_count < ENVIRONMENT_MAX)
        environment[environment_count++] = assignment;
}
UK_PARAMETER("env.vars", add_variable);

/* What Linux leaves on a new program's stack (System V ABI, AMD64, 3.4.1): argv, environment,
 * auxiliary vector. */
void uk_boot_main(int argc, char *argv[]) {
    static Elf64_Phdr tls = {.p_type = PT_TLS, .p_align = 64};
    static unsigned char random[RANDOM_BYTES];
    tls.p_vaddr = (Elf64_Addr)__uk_tls_start;
    tls.p_filesz = __uk_tls_file_end - __uk_tls_start;
    tls.p_memsz = __uk_tls_end - __uk_tls_start;
    uk_random_fill(random, sizeof(random));
    const size_t auxiliary[AUXILIARY_WORDS] = {
        AT_PAGESZ, PAGE_SIZE, AT_PHDR,   (size_t)&tls,   AT_PHENT, sizeof(tls),
        AT_PHNUM,  1,         AT_RANDOM, (size_t)random, AT_NULL,  0,
    };
    size_t words = argc + 1 + environment_count + 1 + AUXILIARY_WORDS;
    char **stack = uk_calloc(uk_alloc_get_default(), words, sizeof(*stack));
    UK_ASSERT(stack != NULL);
    memcpy(stack, argv, argc * sizeof(*stack));
    memcpy(stack + argc + 1, environment, environment_count * sizeof(*stack));
    memcpy(stack + argc + 1 + environment_count + 1, auxiliary, sizeof(auxiliary));
    __libc_start_main(main, argc, stack, NULL, NULL, NULL);
    __builtin_unreachable();
}

UK_SYSCALL(exit_group) {
    uk_exit((int)a[0]);
}
