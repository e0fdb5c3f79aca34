/* A processor exception's registers in a panic. */
#include <uk/arch/cpu.h>
#include <uk/arch/regs.h>
#include <uk/console.h>

#define PAGE_FAULT 14

/* Page-fault error codes (Intel SDM 3A, figure 4-12). */
static void print_page_fault_code(unsigned long code) {
    uk_console_printf(" (%s, %s, %s mode%s%s)",
                      code & 1 ? "protection violation" : "page not present",
                      code & 2 ? "write" : "read", code & 4 ? "user" : "supervisor",
                      code & 8 ? ", reserved bit set" : "", code & 16 ? ", instruction fetch" : "");
}

void ukarch_regs_print(const struct __regs *r) {
    uk_console_printf("  vector %lu, error code 0x%lx", r->vector, r->error_code);
    if (r->vector == PAGE_FAULT)
        print_page_fault_code(r->error_code);
    uk_console_printf("\n  CS  0x%lx  SS 0x%lx  RFLAGS 0x%lx  CR2 0x%lx  CR3 0x%lx\n", r->cs, r->ss,
                      r->eflags, read_cr2(), read_cr3());
    uk_console_printf("  RAX %016lx  RBX %016lx  RCX %016lx  RDX %016lx\n", r->rax, r->rbx, r->rcx,
                      r->rdx);
    uk_console_printf("  RSI %016lx  RDI %016lx  RBP %016lx  RSP %016lx\n", r->rsi, r->rdi, r->rbp,
                      r->rsp);
    uk_console_printf("  R8  %016lx  R9  %016lx  R10 %016lx  R11 %016lx\n", r->r8, r->r9, r->r10,
                      r->r11);
    uk_console_printf("  R12 %016lx  R13 %016lx  R14 %016lx  R15 %016lx\n", r->r12, r->r13, r->r14,
                      r->r15);
}
