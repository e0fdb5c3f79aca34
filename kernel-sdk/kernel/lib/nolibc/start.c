/* From the boot to main, for an application without a full libc. */
#include <stdlib.h>
#include <uk/boot.h>

int main(int argc, char *argv[]);

void uk_boot_main(int argc, char *argv[]) {
    uk_boot_constructors();
    exit(main(argc, argv));
}

void exit(int code) {
    uk_boot_destructors();
    uk_exit(code);
}
