/* A panic, in words that a reader without a manual understands. */
#include <stdio.h>
#include <uk/arch/cpu.h>
#include <uk/assert.h>
#include <uk/panic.h>
#include <uk/plat/bootstrap.h>

#define PAGE_FAULT      14
#define BACKTRACE_LIMIT 32

struct uk_panic_info *uk_panic_current;

/* What `push %rbp; mov %rsp, %rbp` leaves on the stack. */
struct frame {
    const struct frame *caller;
    unsigned long return_address;
};

static void print_place(unsigned long address) {
    unsigned long offset;
    const char *name = uk_symbolize(address, &offset);
    if (name)
        printf("0x%lx %s+0x%lx", address, name, offset);
    else
        printf("0x%lx", address);
}

/* Page-fault error codes (Intel SDM 3A, figure 4-12). */
static void print_page_fault_code(unsigned long code) {
    printf(" (%s, %s, %s mode%s%s)", code & 1 ? "protection violation" : "page not present",
           code & 2 ? "write" : "read", code & 4 ? "user" : "supervisor",
           code & 8 ? ", reserved bit set" : "", code & 16 ? ", instruction fetch" : "");
}

static void print_registers(const struct uk_panic_info *info) {
    const struct __regs *r = info->regs;
    printf("  vector %lu, error code 0x%lx", info->vector, info->error_code);
    if (info->vector == PAGE_FAULT)
        print_page_fault_code(info->error_code);
    printf("\n  RIP ");
    print_place(r->rip);
    printf("\n  CS  0x%lx  SS 0x%lx  RFLAGS 0x%lx  CR2 0x%lx  CR3 0x%lx\n", r->cs, r->ss, r->eflags,
           read_cr2(), read_cr3());
    printf("  RAX %016lx  RBX %016lx  RCX %016lx  RDX %016lx\n", r->rax, r->rbx, r->rcx, r->rdx);
    printf("  RSI %016lx  RDI %016lx  RBP %016lx  RSP %016lx\n", r->rsi, r->rdi, r->rbp, r->rsp);
    printf("  R8  %016lx  R9  %016lx  R10 %016lx  R11 %016lx\n", r->r8, r->r9, r->r10, r->r11);
    printf("  R12 %016lx  R13 %016lx  R14 %016lx  R15 %016lx\n", r->r12, r->r13, r->r14, r->r15);
}

static void print_backtrace(unsigned long address, const struct frame *frame) {
    printf("  Backtrace:\n");
    for (int depth = 0; address != 0 && depth < BACKTRACE_LIMIT; depth++) {
        printf("    ");
        print_place(address);
        printf("\n");
        if (frame == NULL)
            break;
        address = frame->return_address;
        frame = frame->caller;
    }
}

void uk_panic(struct uk_panic_info *info) {
    /* A panic while one is told, most likely a ruined stack or table: say no more. */
    if (uk_panic_current != NULL)
        ukplat_terminate(UKPLAT_CRASH);
    uk_panic_current = info;
    printf("\nKernel panic: %s\n", info->reason);
    if (info->file)
        printf("  at %s:%d\n", info->file, info->line);
    if (info->regs) {
        print_registers(info);
        print_backtrace(info->regs->rip, (const struct frame *)info->regs->rbp);
    } else {
        const struct frame *here = __builtin_frame_address(0);
        print_backtrace(here->return_address, here->caller);
    }
    ukplat_terminate(UKPLAT_CRASH);
}

void uk_assert_failed(const char *condition, const char *file, int line) {
    static char reason[128];
    snprintf(reason, sizeof(reason), "Assertion failed: %s", condition);
    struct uk_panic_info info = {.reason = reason, .file = file, .line = line};
    uk_panic(&info);
}
