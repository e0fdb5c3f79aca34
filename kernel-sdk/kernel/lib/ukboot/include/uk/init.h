/*
 * What a library does before main, as in Unikraft's inittab: UK_INIT(level, function). Levels run
 * in order; within one the order is the linker's.
 */
#ifndef UK_INIT_H
#define UK_INIT_H

#ifdef __cplusplus
extern "C" {
#endif

#define UK_INIT_IRQ    0 /* interrupt controllers; interrupts are enabled behind this one */
#define UK_INIT_TIME   1 /* clocks and timers */
#define UK_INIT_LIBC   2 /* the C library: whatever follows may use it, on any thread */
#define UK_INIT_BUS    3 /* buses look for their devices */
#define UK_INIT_ROOTFS 4 /* file systems are mounted */
#define UK_INIT_NET    5 /* the network gets its addresses */
#define UK_INIT_SYS    6 /* services that need all of the above */

struct uk_init_entry {
    int level;
    void (*call)(void);
    const char *name;
};

#define UK_INIT_SECTION(level)  UK_INIT_SECTION_(level)
#define UK_INIT_SECTION_(level) ".uk_inittab." #level

#define UK_INIT(level, function)                                                                   \
    static const struct uk_init_entry uk_init_##function                                           \
        __attribute__((used, aligned(8), section(UK_INIT_SECTION(level)))) = {level, function,     \
                                                                              #function}

#ifdef __cplusplus
}
#endif

#endif
