/* The shell on TCP, for one caller at a time, and what it can tell of the network. */
#include <errno.h>
#include <lwip/netif.h>
#include <lwip/sockets.h>
#include <string.h>
#include <uk/config.h>
#include <uk/init.h>
#include <uk/netdev.h>
#include <uk/print.h>
#include <uk/sched.h>
#include <uk/shell.h>

#define INPUT_MAX 256
#define PROMPT    "uk> "

static void ifconfig(struct uk_shell *shell, int argc, char *argv[]) {
    (void)argc, (void)argv;
    struct netif *netif;
    NETIF_FOREACH(netif) {
        char address[IP4ADDR_STRLEN_MAX], mask[IP4ADDR_STRLEN_MAX], gateway[IP4ADDR_STRLEN_MAX];
        ip4addr_ntoa_r(netif_ip4_addr(netif), address, sizeof(address));
        ip4addr_ntoa_r(netif_ip4_netmask(netif), mask, sizeof(mask));
        ip4addr_ntoa_r(netif_ip4_gw(netif), gateway, sizeof(gateway));
        uk_shell_printf(shell, "%c%c%d  %s  mask %s  gateway %s\n", netif->name[0], netif->name[1],
                        netif->num, address, mask, gateway);
        const struct uk_netdev *card = netif->hwaddr_len ? netif->state : NULL;
        if (card)
            uk_shell_printf(shell,
                            "     %02x:%02x:%02x:%02x:%02x:%02x  received %lu  sent %lu  "
                            "dropped %lu\n",
                            card->address[0], card->address[1], card->address[2], card->address[3],
                            card->address[4], card->address[5], (unsigned long)card->received,
                            (unsigned long)card->transmitted, (unsigned long)card->dropped);
    }
}
UK_SHELL_COMMAND(ifconfig, "", "shows the network interfaces", ifconfig);

static void write_socket(struct uk_shell *shell, const char *text, size_t size) {
    lwip_write((int)(long)shell->data, text, size);
}

/* Until the caller hangs up. */
static void serve(int connection) {
    struct uk_shell shell = {.write = write_socket, .data = (void *)(long)connection};
    char line[INPUT_MAX];
    size_t length = 0;
    uk_shell_printf(&shell, PROMPT);
    for (char byte; lwip_read(connection, &byte, 1) == 1;) {
        if (byte != '\n') {
            if (byte >= ' ' && length + 1 < INPUT_MAX)
                line[length++] = byte;
            continue;
        }
        line[length] = '\0';
        length = 0;
        uk_shell_run(&shell, line);
        uk_shell_printf(&shell, PROMPT);
    }
    lwip_close(connection);
}

static void listen_loop(void *unused) {
    (void)unused;
    struct sockaddr_in address = {
        .sin_len = sizeof(address),
        .sin_family = AF_INET,
        .sin_port = PP_HTONS(CONFIG_LIBUKSHELL_TCP_PORT),
    };
    int listener = lwip_socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || lwip_bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        lwip_listen(listener, 1) < 0) {
        uk_pr_err("the shell cannot listen on port %d: %s\n", CONFIG_LIBUKSHELL_TCP_PORT,
                  strerror(errno));
        return;
    }
    for (;;) {
        int connection = lwip_accept(listener, NULL, NULL);
        if (connection >= 0)
            serve(connection);
    }
}

static void start_listening(void) {
    struct uk_thread *thread = uk_thread_create("shell-tcp", listen_loop, NULL);
    if (thread)
        uk_thread_detach(thread);
}
UK_INIT(UK_INIT_SYS, start_listening);
