/* Processor exceptions and their meaning in words; traps.S catches them. */
#include <stdint.h>
#include <uk/arch/cpu.h>
#include <uk/arch/regs.h>
#include <uk/format.h>
#include <uk/paging.h>
#include <uk/panic.h>
#include <uk/plat/bootstrap.h>

#include "../stack_guard.h"
#include "shutdown.h"

#define CLASSES 64

/* What traps.S says of where an exception came in. */
enum kind { KIND_SYNCHRONOUS, KIND_INTERRUPT, KIND_SERROR };

static const char *const names[CLASSES] = {
    [CLASS_UNKNOWN] = "Undefined instruction",
    [CLASS_FP_TRAPPED] = "Floating point not available",
    [CLASS_ILLEGAL_STATE] = "Illegal execution state",
    [CLASS_SVC] = "Supervisor call",
    [CLASS_HVC] = "Hypervisor call",
    [CLASS_SYSTEM_REGISTER] = "System register not accessible",
    [CLASS_INSTRUCTION_ABORT] = "Instruction abort",
    [CLASS_PC_ALIGNMENT] = "Program counter not aligned",
    [CLASS_DATA_ABORT] = "Data abort",
    [CLASS_SP_ALIGNMENT] = "Stack pointer not aligned",
    [CLASS_FP_EXCEPTION] = "Floating-point error",
    [CLASS_SERROR] = "System error",
    [CLASS_BREAKPOINT] = "Hardware breakpoint",
    [CLASS_SOFTWARE_STEP] = "Debug exception",
    [CLASS_WATCHPOINT] = "Hardware watchpoint",
    [CLASS_BRK] = "Breakpoint",
};

static const char *access_of(uint64_t syndrome) {
    if (ESR_CLASS(syndrome) == CLASS_INSTRUCTION_ABORT)
        return "instruction fetch from";
    return syndrome & ESR_WRITE ? "write to" : "read from";
}

static const char *page_fault_cause(unsigned fault) {
    switch (fault) {
    case STATUS_TRANSLATION:
        return "page not present";
    case STATUS_PERMISSION:
        return "not allowed by the page's protection";
    case STATUS_ACCESS_FLAG:
        return "access flag clear in a page-table entry";
    default:
        return "address too large in a page-table entry";
    }
}

/* An access that failed: `reason` gets at most `size` bytes. */
static void explain_abort(const struct __regs *regs, char *reason, size_t size) {
    uint64_t address = regs->fault_address;
    unsigned status = ESR_STATUS(regs->syndrome);
    const char *access = access_of(regs->syndrome);
    if (status <= (STATUS_PERMISSION | 3)) {
        const char *thread = overflown_stack(address, regs->sp);
        if (thread)
            uk_snprintf(reason, size, "Stack overflow in thread '%s' at 0x%lx", thread, address);
        else
            uk_snprintf(reason, size, "Page fault: %s 0x%lx (%s)", access, address,
                        page_fault_cause(status & ~3U));
    } else if (status == STATUS_ALIGNMENT) {
        uk_snprintf(reason, size, "Alignment fault: %s 0x%lx", access, address);
    } else if (regs->syndrome & ESR_NO_ADDRESS) {
        uk_snprintf(reason, size, "Memory error: %s an unknown address", access);
    } else {
        /* No device answers there, most likely. */
        uk_snprintf(reason, size, "Memory error: %s 0x%lx", access, address);
    }
}

/* Called by traps.S. */
__attribute__((noreturn)) void ukplat_trap(struct __regs *regs, enum kind kind) {
    static char reason[128];
    unsigned class = ESR_CLASS(regs->syndrome);
    if (kind == KIND_SYNCHRONOUS && regs->pc == (uint64_t)semihosting_instruction)
        shutdown_without_code();
    struct uk_panic_info info = {.reason = reason, .regs = regs};
    info.vector = class;
    info.error_code = regs->syndrome;
    if (kind == KIND_INTERRUPT) {
        uk_snprintf(reason, sizeof(reason), "Unexpected interrupt");
    } else if (kind == KIND_SERROR) {
        uk_snprintf(reason, sizeof(reason), "%s", names[CLASS_SERROR]);
    } else if (class == CLASS_DATA_ABORT || class == CLASS_INSTRUCTION_ABORT) {
        info.address = regs->fault_address;
        explain_abort(regs, reason, sizeof(reason));
    } else if (class == CLASS_BRK) {
        uk_snprintf(reason, sizeof(reason), "%s %lu", names[class],
                    ESR_ISS(regs->syndrome) & 0xffff);
    } else {
        uk_snprintf(reason, sizeof(reason), "%s",
                    names[class] ? names[class] : "Reserved exception");
    }
    uk_panic(&info);
}
