/* How the platform begins and ends. */
#ifndef UK_PLAT_BOOTSTRAP_H
#define UK_PLAT_BOOTSTRAP_H

#ifdef __cplusplus
extern "C" {
#endif

/* Catches every processor exception from here on. */
void ukplat_traps_init(void);

enum ukplat_gstate {
    UKPLAT_HALT,
    UKPLAT_RESTART,
    UKPLAT_CRASH,
};

/* What UKPLAT_HALT hands to the host: 0 to 127. */
extern int ukplat_exit_code;

/* The last function of every ending. */
__attribute__((noreturn, noinline)) void ukplat_terminate(enum ukplat_gstate request);

#ifdef __cplusplus
}
#endif

#endif
