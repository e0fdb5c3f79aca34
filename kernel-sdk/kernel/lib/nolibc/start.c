/* From the boot to main, for an application without a full libc. */
#include <stdlib.h>
#include <uk/boot.h>

/* Through a pointer that nobody knows: inlined here by -flto, main would be no function to stop at.
 */
int main(int argc, char *argv[]);
static int (*volatile const application)(int, char *[]) = main;

void uk_boot_main(void) {
    uk_boot_constructors();
    exit(application(uk_boot_argc, uk_boot_argv));
}

void exit(int code) {
    uk_boot_destructors();
    uk_exit(code);
}
