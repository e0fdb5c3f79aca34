/* What every architecture offers of the processor that runs the code: interrupts, cycles, TLS. */
#ifndef UK_ARCH_LCPU_H
#define UK_ARCH_LCPU_H

#include <stdbool.h>
#include <stdint.h>
#include <uk/arch/cpu.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RFLAGS_IF (1UL << 9)

static inline void ukarch_irq_enable(void) {
    __asm__ volatile("sti" : : : "memory");
}

static inline void ukarch_irq_disable(void) {
    __asm__ volatile("cli" : : : "memory");
}

/* Disables interrupts; the result is for ukarch_irq_restore. */
static inline unsigned long ukarch_irq_save(void) {
    unsigned long flags;
    __asm__ volatile("pushfq; pop %0; cli" : "=r"(flags) : : "memory");
    return flags;
}

static inline void ukarch_irq_restore(unsigned long flags) {
    if (flags & RFLAGS_IF)
        ukarch_irq_enable();
}

/*
 * Called with interrupts disabled; sleeps until one has been handled, and returns with them
 * disabled. STI takes effect behind the next instruction: none is lost before HLT.
 */
static inline void ukarch_irq_wait(void) {
    __asm__ volatile("sti; hlt; cli" : : : "memory");
}

/* Counts on at a constant rate that ukplat_monotonic_clock knows. */
static inline uint64_t ukarch_cycles(void) {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* The thread pointer, through which compiled code reaches thread-local variables. */
static inline void ukarch_tls_set(unsigned long pointer) {
    write_msr(MSR_FS_BASE, pointer);
}

/* A random number of the processor's own; false where it has no generator. */
static inline bool ukarch_random(uint64_t *value) {
    uint32_t a, b, c, d;
    cpuid(1, &a, &b, &c, &d);
    if (!(c & 1U << 30)) /* RDRAND */
        return false;
    uint8_t ok;
    for (int attempt = 0; attempt < 10; attempt++) {
        __asm__ volatile("rdrand %0; setc %1" : "=r"(*value), "=qm"(ok));
        if (ok)
            return true;
    }
    return false;
}

/* Device memory is seen by others in the order in which it is written: x86 keeps that order. */
static inline void ukarch_barrier(void) {
    __asm__ volatile("mfence" : : : "memory");
}

/* Interrupts off, for good. */
static inline __attribute__((noreturn)) void ukarch_halt(void) {
    for (;;)
        __asm__ volatile("cli; hlt");
}

#ifdef __cplusplus
}
#endif

#endif
