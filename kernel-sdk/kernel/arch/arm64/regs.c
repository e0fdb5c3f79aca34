/* A processor exception's registers in a panic. */
#include <uk/arch/cpu.h>
#include <uk/arch/regs.h>
#include <uk/console.h>

#define PSTATE_IRQ_MASKED (1UL << 7)
#define PSTATE_SP_OWN     (1UL << 0) /* EL1h, which exceptions run in; threads run in EL1t */

static const char *status_name(unsigned status) {
    static const char *const by_level[] = {"address size fault", "translation fault",
                                           "access flag fault", "permission fault"};
    if (status < 0x10)
        return by_level[status >> 2];
    return status == STATUS_EXTERNAL    ? "external abort"
           : status == STATUS_ALIGNMENT ? "alignment fault"
                                        : "other fault";
}

/* ISS encodings for aborts (Arm ARM, D19.2.37). */
static void print_abort(uint64_t esr) {
    unsigned status = ESR_STATUS(esr);
    uk_console_printf(": %s", status_name(status));
    if (status < 0x10)
        uk_console_printf(", level %u", status & 3);
    if (ESR_CLASS(esr) == CLASS_DATA_ABORT)
        uk_console_printf(", %s", esr & ESR_WRITE ? "write" : "read");
    else
        uk_console_printf(", instruction fetch");
}

void ukarch_regs_print(const struct __regs *r) {
    unsigned class = ESR_CLASS(r->syndrome);
    uk_console_printf("  class 0x%x, ISS 0x%lx", class, ESR_ISS(r->syndrome));
    if (class == CLASS_DATA_ABORT || class == CLASS_INSTRUCTION_ABORT)
        print_abort(r->syndrome);
    uk_console_printf("\n  ESR 0x%lx  FAR 0x%lx  ELR 0x%lx\n", r->syndrome, r->fault_address,
                      r->pc);
    uk_console_printf("  SPSR 0x%lx (EL%lu%c, interrupts %s)  TTBR0 0x%lx\n", r->pstate,
                      r->pstate >> 2 & 3, r->pstate & PSTATE_SP_OWN ? 'h' : 't',
                      r->pstate & PSTATE_IRQ_MASKED ? "off" : "on", read_sysreg(ttbr0_el1));
    for (int i = 0; i < 28; i += 4)
        uk_console_printf("  X%-2d %016lx  X%-2d %016lx  X%-2d %016lx  X%-2d %016lx\n", i, r->x[i],
                          i + 1, r->x[i + 1], i + 2, r->x[i + 2], i + 3, r->x[i + 3]);
    uk_console_printf("  X28 %016lx  FP  %016lx  LR  %016lx  SP  %016lx\n", r->x[28], r->x[29],
                      r->x[30], r->sp);
}
