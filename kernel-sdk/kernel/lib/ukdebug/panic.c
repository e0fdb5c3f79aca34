/* A panic, in words that a reader without a manual understands. */
#include <uk/arch/regs.h>
#include <uk/assert.h>
#include <uk/console.h>
#include <uk/format.h>
#include <uk/panic.h>
#include <uk/plat/bootstrap.h>

#define BACKTRACE_LIMIT 32

struct uk_panic_info *uk_panic_current;

/* What `push %rbp; mov %rsp, %rbp` leaves on the stack. */
struct frame {
    const struct frame *caller;
    unsigned long return_address;
};

/* `back` bytes before an address is what names its function. */
static void print_address(unsigned long address, unsigned long back) {
    unsigned long offset;
    const char *name = uk_symbolize(address - back, &offset);
    if (name)
        uk_console_printf("0x%lx %s+0x%lx", address, name, offset + back);
    else
        uk_console_printf("0x%lx", address);
}

static void print_place(unsigned long address) {
    print_address(address, 0);
}

/* Another function may begin behind a call that does not return: the call itself says whose it is.
 */
static void print_return_address(unsigned long address) {
    print_address(address, 1);
}

static void print_callers(const struct frame *frame) {
    for (int depth = 1; frame != NULL && depth < BACKTRACE_LIMIT; depth++) {
        if (frame->return_address == 0)
            break;
        uk_console_printf("    ");
        print_return_address(frame->return_address);
        uk_console_printf("\n");
        frame = frame->caller;
    }
}

/* A call through a wild pointer: whoever made it has left where to return to. */
static void print_wild_call(const struct __regs *regs) {
    unsigned long offset;
    if (uk_symbolize(ukarch_regs_pc(regs), &offset))
        return;
    uk_console_printf("    ");
    print_return_address(ukarch_regs_return(regs));
    uk_console_printf("\n");
}

void uk_panic(struct uk_panic_info *info) {
    /* A panic while one is told, most likely a ruined stack or table: say no more. */
    if (uk_panic_current != NULL)
        ukplat_terminate(UKPLAT_CRASH);
    uk_panic_current = info;
    uk_console_printf("\nKernel panic: %s\n", info->reason);
    if (info->file)
        uk_console_printf("  at %s:%d\n", info->file, info->line);
    if (info->regs) {
        uk_console_printf("  " UKARCH_PC_NAME " ");
        print_place(ukarch_regs_pc(info->regs));
        uk_console_printf("\n");
        ukarch_regs_print(info->regs);
    }
    uk_console_printf("  Backtrace:\n");
    if (info->regs) {
        uk_console_printf("    ");
        print_place(ukarch_regs_pc(info->regs));
        uk_console_printf("\n");
        print_wild_call(info->regs);
        print_callers((const struct frame *)ukarch_regs_frame(info->regs));
    } else {
        print_callers(__builtin_frame_address(0));
    }
    ukplat_terminate(UKPLAT_CRASH);
}

void uk_assert_failed(const char *condition, const char *file, int line) {
    static char reason[128];
    uk_snprintf(reason, sizeof(reason), "Assertion failed: %s", condition);
    struct uk_panic_info info = {.reason = reason, .file = file, .line = line};
    uk_panic(&info);
}
