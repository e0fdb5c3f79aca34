/* A PC: its serial line, its second processor, and its ends. */
static inline void out8(unsigned short port, unsigned char value) {
    __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

static inline void out32(unsigned short port, unsigned int value) {
    __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port));
}

static inline unsigned char in8(unsigned short port) {
    unsigned char value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void serial_write(char c) {
    while ((in8(0x3fd) & 0x20) == 0) continue;
    out8(0x3f8, c);
}

static inline int serial_has_key(void) {
    return in8(0x3fd) & 1;
}

static inline char serial_read(void) {
    return in8(0x3f8);
}

/* isa-debug-exit */
static inline void machine_exit(int code) {
    out32(0xf4, code);
}

static inline void machine_reset(void) {
    out8(0x64, 0xfe);
}

/* ACPI's PM1a_CNT where QEMU's pc has it. */
static inline void machine_off(void) {
    __asm__ volatile("outw %0, %1" ::"a"((unsigned short)0x2000), "Nd"((unsigned short)0x604));
}

extern char trampoline[], trampoline_end[];

/* INIT and two start-ups to all others, by the local APIC (Intel SDM 3A, 10.4.4). */
static inline void start_second(void) {
    volatile unsigned int *apic = (volatile unsigned int *)0xfee00000;
    volatile char *low = (volatile char *)0x8000;

    for (int i = 0; i < trampoline_end - trampoline; i++) low[i] = trampoline[i];
    apic[0xf0 / 4] = 0x1ff;
    apic[0x300 / 4] = 0xc4500;
    for (int i = 0; i < 2; i++) {
        for (volatile int wait = 0; wait < 100000; wait++) continue;
        apic[0x300 / 4] = 0xc4608;
    }
}
