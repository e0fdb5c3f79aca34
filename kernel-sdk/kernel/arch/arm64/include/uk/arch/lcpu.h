/* What every architecture offers of the processor that runs the code: interrupts, cycles, TLS. */
#ifndef UK_ARCH_LCPU_H
#define UK_ARCH_LCPU_H

#include <stdbool.h>
#include <stdint.h>
#include <uk/arch/cpu.h>

#ifdef __cplusplus
extern "C" {
#endif

/* PSTATE's interrupt mask as DAIF holds it; MSR DAIFSET and DAIFCLR name it by 2. */
#define DAIF_IRQ (1UL << 7)

static inline void ukarch_irq_enable(void) {
    __asm__ volatile("msr daifclr, #2" : : : "memory");
}

static inline void ukarch_irq_disable(void) {
    __asm__ volatile("msr daifset, #2" : : : "memory");
}

/* Disables interrupts; the result is for ukarch_irq_restore. */
static inline unsigned long ukarch_irq_save(void) {
    unsigned long flags = read_sysreg(daif);
    ukarch_irq_disable();
    return flags;
}

static inline void ukarch_irq_restore(unsigned long flags) {
    if (!(flags & DAIF_IRQ))
        ukarch_irq_enable();
}

/*
 * Called with interrupts disabled; sleeps until one has been handled, and returns with them
 * disabled. A pending interrupt ends WFI even while it is masked: none is lost before it.
 */
static inline void ukarch_irq_wait(void) {
    __asm__ volatile("dsb sy; wfi; msr daifclr, #2; isb; msr daifset, #2" : : : "memory");
}

/* Counts on at a constant rate that ukplat_monotonic_clock knows. */
static inline uint64_t ukarch_cycles(void) {
    /* The counter may otherwise be read before the instructions in front of it. */
    isb();
    return read_sysreg(cntvct_el0);
}

/* The thread pointer, through which compiled code reaches thread-local variables. */
static inline void ukarch_tls_set(unsigned long pointer) {
    write_sysreg(tpidr_el0, pointer);
}

/* A random number of the processor's own; false where it has no generator. */
static inline bool ukarch_random(uint64_t *value) {
    if (read_sysreg(id_aa64isar0_el1) >> 60 == 0) /* FEAT_RNG */
        return false;
    uint32_t ok;
    for (int attempt = 0; attempt < 10; attempt++) {
        /* RNDR, by its encoding: the assembler has its name for Armv8.5 alone. */
        __asm__ volatile("mrs %0, s3_3_c2_c4_0; cset %w1, ne" : "=r"(*value), "=r"(ok) : : "cc");
        if (ok)
            return true;
    }
    return false;
}

/* Device memory is seen by others in the order in which it is written. */
static inline void ukarch_barrier(void) {
    __asm__ volatile("dsb sy" : : : "memory");
}

/* Interrupts off, for good. */
static inline __attribute__((noreturn)) void ukarch_halt(void) {
    for (;;)
        __asm__ volatile("msr daifset, #15; wfi");
}

#ifdef __cplusplus
}
#endif

#endif
