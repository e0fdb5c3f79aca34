/* QEMU's virt: its serial line (PL011), and its second processor and ends by PSCI. */
#define UART ((volatile unsigned int *)0x09000000)

static inline void serial_write(char c) {
    while (UART[0x18 / 4] & 0x20) continue;
    UART[0] = c;
}

static inline int serial_has_key(void) {
    return (UART[0x18 / 4] & 0x10) == 0;
}

static inline char serial_read(void) {
    return UART[0];
}

static inline void psci(unsigned long what, unsigned long a, unsigned long b) {
    register unsigned long x0 __asm__("x0") = what;
    register unsigned long x1 __asm__("x1") = a;
    register unsigned long x2 __asm__("x2") = b;
    register unsigned long x3 __asm__("x3") = 0;
    __asm__ volatile("hvc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3) : "memory");
}

/* Semihosting's SYS_EXIT_EXTENDED. */
static inline void machine_exit(int code) {
    unsigned long block[2] = {0x20026, code};
    register unsigned long w0 __asm__("x0") = 0x20;
    register unsigned long *x1 __asm__("x1") = block;
    __asm__ volatile("hlt #0xf000" ::"r"(w0), "r"(x1) : "memory");
}

static inline void machine_reset(void) {
    psci(0x84000009, 0, 0);
}

static inline void machine_off(void) {
    psci(0x84000008, 0, 0);
}

extern char second[];

static inline void start_second(void) {
    psci(0xc4000003, 1, (unsigned long)second);
}
