/* The ends of the boot: what is called with the arguments, and the way out. */
#ifndef UK_BOOT_H
#define UK_BOOT_H

#ifdef __cplusplus
extern "C" {
#endif

/* What follows the kernel parameters on the command line; the first is the image's name. */
extern char *uk_boot_argv[];
extern int uk_boot_argc;

/* Calls main and exits with its result. The libc has it: it prepares itself before. */
__attribute__((noreturn)) void uk_boot_main(void);

/* Runs what the image has to run before main: C++ objects, __attribute__((constructor)). */
void uk_boot_constructors(void);

/* The same for what runs behind main, the last function first; once, whoever calls exit again. */
void uk_boot_destructors(void);

/* Ends the machine; the host gets the code, 0 to 127, any other as 127. */
__attribute__((noreturn)) void uk_exit(int code);

#ifdef __cplusplus
}
#endif

#endif
