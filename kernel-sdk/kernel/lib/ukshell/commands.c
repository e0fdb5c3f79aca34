/* The kernel's own commands. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/config.h>
#include <uk/libraries.h>
#include <uk/log.h>
#include <uk/paging.h>
#include <uk/plat/bootstrap.h>
#include <uk/sched.h>
#include <uk/shell.h>
#include <uk/trace.h>

#define TRACE_SHOWN 20
#define PEEK_BYTES  64
#define PEEK_ROW    16

static const char *const states[] = {"ready", "running", "waiting", "exited"};

/* What is shown of a thread. */
struct thread_row {
    uint64_t id;
    enum uk_thread_state state;
    __nsec run_time;
    char name[UK_THREAD_NAME_SIZE];
    const char *waits_for;
};

/* The newest thread that is older than `id`: writing may wait, and threads end meanwhile. */
static bool older_thread(uint64_t id, struct thread_row *row) {
    unsigned long flags = ukarch_irq_save();
    const struct uk_thread *t = uk_sched_threads;
    while (t && t->id >= id)
        t = t->next_of_all;
    if (t) {
        *row = (struct thread_row){t->id, t->state, t->run_time, "",
                                   t->waits_for ? t->waits_for->name : NULL};
        memcpy(row->name, t->name, sizeof(row->name));
    }
    ukarch_irq_restore(flags);
    return t != NULL;
}

static void ps(struct uk_shell *shell, int argc, char *argv[]) {
    (void)argc, (void)argv;
    uk_shell_printf(shell, "%4s %-8s %10s  %-16s %s\n", "ID", "STATE", "RUN MS", "NAME",
                    "WAITS FOR");
    struct thread_row row = {.id = UINT64_MAX};
    while (older_thread(row.id, &row))
        uk_shell_printf(shell, "%4lu %-8s %10ld  %-16s %s\n", (unsigned long)row.id,
                        states[row.state], (long)(row.run_time / UK_NSEC_PER_MSEC), row.name,
                        row.waits_for ? row.waits_for : "");
}
UK_SHELL_COMMAND(ps, "", "lists the threads", ps);

static void mem(struct uk_shell *shell, int argc, char *argv[]) {
    (void)argc, (void)argv;
    struct uk_alloc_stats stats;
    uk_alloc_get_stats(&stats);
    uk_shell_printf(shell, "heap: %lu KiB, %lu KiB used by %lu pieces, %lu KiB at most\n",
                    (unsigned long)stats.total / 1024, (unsigned long)stats.used / 1024,
                    (unsigned long)stats.blocks, (unsigned long)stats.peak / 1024);
}
UK_SHELL_COMMAND(mem, "", "tells how much memory is used", mem);

static void libs(struct uk_shell *shell, int argc, char *argv[]) {
    (void)argc, (void)argv;
    static const char list[] = UK_LIBRARIES;
    shell->write(shell, list, strlen(list));
    shell->write(shell, "\n", 1);
}
UK_SHELL_COMMAND(libs, "", "lists the libraries of this image", libs);

static void trace(struct uk_shell *shell, int argc, char *argv[]) {
    (void)argc, (void)argv;
#ifdef CONFIG_LIBUKTRACE
    uint64_t count = uk_trace_count;
    uint64_t shown = count < TRACE_SHOWN ? count : TRACE_SHOWN;
    for (uint64_t i = count - shown; i < count; i++) {
        const struct uk_trace_event *event = &uk_trace_ring[i % CONFIG_LIBUKTRACE_EVENTS];
        uk_shell_printf(shell, "%10ld us  thread %-3lu %-14s %lu %lu\n",
                        (long)(event->time / UK_NSEC_PER_USEC), (unsigned long)event->thread,
                        event->name, (unsigned long)event->arguments[0],
                        (unsigned long)event->arguments[1]);
    }
#else
    uk_shell_printf(shell, "This image has no trace: enable uktrace in the Kraftfile.\n");
#endif
}
UK_SHELL_COMMAND(trace, "", "shows the last events", trace);

static void dmesg(struct uk_shell *shell, int argc, char *argv[]) {
    (void)argc, (void)argv;
    char text[128];
    size_t position = 0, size;
    while ((size = uk_log_read(&position, text, sizeof(text))) > 0)
        shell->write(shell, text, size);
}
UK_SHELL_COMMAND(dmesg, "", "shows the kernel's messages", dmesg);

/* False where the text is no number. */
static bool read_address(const char *text, uint64_t *address) {
    *address = 0;
    if (text[0] == '0' && text[1] == 'x')
        text += 2;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        int digit = *text >= '0' && *text <= '9'   ? *text - '0'
                    : *text >= 'a' && *text <= 'f' ? *text - 'a' + 10
                                                   : -1;
        if (digit < 0)
            return false;
        *address = *address << 4 | digit;
    }
    return true;
}

static void peek(struct uk_shell *shell, int argc, char *argv[]) {
    uint64_t address;
    if (argc != 2 || !read_address(argv[1], &address)) {
        uk_shell_printf(shell, "peek takes an address, such as 0x100000.\n");
        return;
    }
    for (unsigned i = 0; i < PEEK_BYTES; i++) {
        uint64_t at = address + i;
        /* A shell must not crash what it looks at; devices change when they are read. */
        unsigned rights = uk_paging_rights(at);
        if (!(rights & UK_PAGE_READ) || (rights & UK_PAGE_DEVICE)) {
            uk_shell_printf(shell, "\n0x%lx is not mapped as memory.\n", (unsigned long)at);
            return;
        }
        if (i % PEEK_ROW == 0)
            uk_shell_printf(shell, "%s%012lx ", i ? "\n" : "", (unsigned long)at);
        uk_shell_printf(shell, " %02x", *(const volatile uint8_t *)at);
    }
    uk_shell_printf(shell, "\n");
}
UK_SHELL_COMMAND(peek, "ADDRESS", "shows 64 bytes of memory", peek);

static void reboot(struct uk_shell *shell, int argc, char *argv[]) {
    (void)argc, (void)argv;
    uk_shell_printf(shell, "Restarting.\n");
    ukplat_terminate(UKPLAT_RESTART);
}
UK_SHELL_COMMAND(reboot, "", "restarts the machine", reboot);
