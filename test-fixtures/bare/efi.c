/* An application for UEFI firmware, which moves it to where there is room; it uses none of the firmware's services. */
#include "machine.h"

volatile unsigned int rounds;

#ifdef __aarch64__
/* Nothing is to be corrected by loading; an image without the section could not be moved. */
__asm__(".section .reloc, \"a\"; .long 0, 10; .hword 0; .previous");
#endif

static void say(const char *text) {
    while (*text) serial_write(*text++);
}

int main(void) {
    say("efi: ready\r\n");
    while (rounds < 3) rounds++; /* mark: round */
    say("efi: done\r\n");
    for (;;) rounds++;
}

long efi_main(void *image, void *table) {
    (void)image;
    (void)table;
    return main();
}
