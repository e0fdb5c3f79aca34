/* Processor exceptions: the tables that catch them, and their meaning in words. */
#include "traps.h"

#include "../stack_guard.h"

#include <uk/arch/cpu.h>
#include <uk/arch/regs.h>
#include <uk/format.h>
#include <uk/paging.h>
#include <uk/panic.h>
#include <uk/plat/bootstrap.h>

#define EXCEPTIONS          32
#define VECTORS             (EXCEPTIONS + TRAP_IRQS)
#define EXCEPTION_DOUBLE    8
#define EXCEPTION_PAGE      14
#define CODE_SELECTOR       0x08
#define TSS_SELECTOR        0x18
#define GATE_INTERRUPT      0x8e /* present, 64-bit interrupt gate (SDM 3A, 6.14.1) */
#define DESCRIPTOR_TSS      0x89 /* present, available 64-bit TSS */
#define TRAP_STACK_SIZE     16384
#define PAGE_FAULT_PRESENT  (1 << 0)
#define PAGE_FAULT_WRITE    (1 << 1)
#define PAGE_FAULT_RESERVED (1 << 3)
#define PAGE_FAULT_FETCH    (1 << 4)

extern const char trap_entries[];
extern uint64_t boot_gdt[];

static struct gate {
    uint16_t offset_low, selector;
    uint8_t stack, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
} descriptors[VECTORS];

static struct {
    uint32_t reserved0;
    uint64_t rsp[3], reserved1, ist[7], reserved2;
    uint16_t reserved3, io_map;
} __attribute__((packed)) task_state;

/* Exceptions have stacks of their own, so that a ruined stack pointer can still be reported. */
static char trap_stack[TRAP_STACK_SIZE] __attribute__((aligned(16)));
static char double_fault_stack[TRAP_STACK_SIZE] __attribute__((aligned(16)));

static const char *const names[EXCEPTIONS] = {
    [0] = "Divide error",
    [1] = "Debug exception",
    [2] = "Non-maskable interrupt",
    [3] = "Breakpoint",
    [4] = "Overflow",
    [5] = "Bound range exceeded",
    [6] = "Invalid opcode",
    [7] = "Device not available",
    [8] = "Double fault",
    [10] = "Invalid task-state segment",
    [11] = "Segment not present",
    [12] = "Stack-segment fault",
    [13] = "General protection fault",
    [14] = "Page fault",
    [16] = "Floating-point error",
    [17] = "Alignment check",
    [18] = "Machine check",
    [19] = "SIMD floating-point exception",
    [20] = "Virtualization exception",
    [21] = "Control protection exception",
};

static void load_task_state(void) {
    uint64_t base = (uint64_t)&task_state;
    task_state.ist[0] = (uint64_t)trap_stack + sizeof(trap_stack);
    task_state.ist[1] = (uint64_t)double_fault_stack + sizeof(double_fault_stack);
    task_state.io_map = sizeof(task_state);
    boot_gdt[3] = (sizeof(task_state) - 1) | (base & 0xffffff) << 16 |
                  (uint64_t)DESCRIPTOR_TSS << 40 | (base >> 24 & 0xff) << 56;
    boot_gdt[4] = base >> 32;
    __asm__ volatile("ltr %w0" : : "r"(TSS_SELECTOR));
}

void trap_gate_set(int vector, uint64_t entry, int stack) {
    descriptors[vector] = (struct gate){
        .offset_low = entry,
        .selector = CODE_SELECTOR,
        .stack = stack,
        .type = GATE_INTERRUPT,
        .offset_middle = entry >> 16,
        .offset_high = entry >> 32,
    };
}

void ukplat_traps_init(void) {
    load_task_state();
    for (int vector = 0; vector < EXCEPTIONS; vector++)
        trap_gate_set(vector, (uint64_t)trap_entries + vector * TRAP_ENTRY_SIZE,
                      vector == EXCEPTION_DOUBLE ? 2 : 1);
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) pointer = {sizeof(descriptors) - 1, (uint64_t)descriptors};
    __asm__ volatile("lidt %0" : : "m"(pointer));
}

static const char *page_fault_access(uint64_t error_code) {
    if (error_code & PAGE_FAULT_FETCH)
        return "instruction fetch from";
    return error_code & PAGE_FAULT_WRITE ? "write to" : "read from";
}

static const char *page_fault_cause(uint64_t error_code) {
    if (error_code & PAGE_FAULT_RESERVED)
        return "reserved bit set in a page-table entry";
    return error_code & PAGE_FAULT_PRESENT ? "not allowed by the page's protection"
                                           : "page not present";
}

/* Called by traps.S. */
__attribute__((noreturn)) void ukplat_trap(struct __regs *regs) {
    static char reason[128];
    const char *name = regs->vector < EXCEPTIONS ? names[regs->vector] : 0;
    struct uk_panic_info info = {.reason = reason, .regs = regs};
    info.vector = regs->vector;
    info.error_code = regs->error_code;
    if (regs->vector == EXCEPTION_PAGE) {
        info.address = read_cr2();
        const char *thread = overflown_stack(info.address, regs->rsp);
        if (thread)
            uk_snprintf(reason, sizeof(reason), "Stack overflow in thread '%s' at 0x%lx", thread,
                        info.address);
        else
            uk_snprintf(reason, sizeof(reason), "Page fault: %s 0x%lx (%s)",
                        page_fault_access(regs->error_code), info.address,
                        page_fault_cause(regs->error_code));
    } else if (regs->error_code != 0) {
        /* For the segment faults the error code names a selector (SDM 3A, 6.13). */
        uk_snprintf(reason, sizeof(reason), "%s: selector 0x%lx",
                    name ? name : "Reserved exception", regs->error_code & 0xfff8);
    } else {
        uk_snprintf(reason, sizeof(reason), "%s", name ? name : "Reserved exception");
    }
    uk_panic(&info);
}
