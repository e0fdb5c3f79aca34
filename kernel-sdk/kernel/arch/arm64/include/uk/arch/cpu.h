/* System registers, memory-mapped registers, exception syndromes (Arm ARM, DDI 0487, D19 and D1).
 */
#ifndef UK_ARCH_CPU_H
#define UK_ARCH_CPU_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define read_sysreg(name)                                                                          \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " #name : "=r"(value_));                                         \
        value_;                                                                                    \
    })

#define write_sysreg(name, value)                                                                  \
    __asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)) : "memory")

static inline void isb(void) {
    __asm__ volatile("isb" : : : "memory");
}

static inline uint32_t mmio_read32(uint64_t address) {
    return *(volatile uint32_t *)address;
}

static inline void mmio_write32(uint64_t address, uint32_t value) {
    *(volatile uint32_t *)address = value;
}

/* ESR_EL1: the exception class, and the fault status code of an abort. */
#define ESR_CLASS(esr)  ((esr) >> 26 & 0x3f)
#define ESR_STATUS(esr) ((esr)&0x3f)
#define ESR_ISS(esr)    ((esr)&0x1ffffff)
#define ESR_WRITE       (1UL << 6)
/* The address register holds nothing. */
#define ESR_NO_ADDRESS (1UL << 10)

#define CLASS_UNKNOWN           0x00
#define CLASS_FP_TRAPPED        0x07
#define CLASS_ILLEGAL_STATE     0x0e
#define CLASS_SVC               0x15
#define CLASS_HVC               0x16
#define CLASS_SYSTEM_REGISTER   0x18
#define CLASS_INSTRUCTION_ABORT 0x21
#define CLASS_PC_ALIGNMENT      0x22
#define CLASS_DATA_ABORT        0x25
#define CLASS_SP_ALIGNMENT      0x26
#define CLASS_FP_EXCEPTION      0x2c
#define CLASS_SERROR            0x2f
#define CLASS_BREAKPOINT        0x31
#define CLASS_SOFTWARE_STEP     0x33
#define CLASS_WATCHPOINT        0x35
#define CLASS_BRK               0x3c

/* Of the fault status codes that come for four levels, all but the level. */
#define STATUS_ADDRESS_SIZE (0x0 << 2)
#define STATUS_TRANSLATION  (0x1 << 2)
#define STATUS_ACCESS_FLAG  (0x2 << 2)
#define STATUS_PERMISSION   (0x3 << 2)
#define STATUS_EXTERNAL     0x10
#define STATUS_ALIGNMENT    0x21

#ifdef __cplusplus
}
#endif

#endif
