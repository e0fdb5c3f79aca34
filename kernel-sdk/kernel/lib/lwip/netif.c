/* From network cards to lwIP's interfaces, with addresses from DHCP or the kernel command line. */
#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/etharp.h>
#include <lwip/netif.h>
#include <lwip/tcpip.h>
#include <netif/ethernet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uk/assert.h>
#include <uk/init.h>
#include <uk/netdev.h>
#include <uk/parameter.h>
#include <uk/print.h>
#include <uk/sched.h>
#include <uk/vfs.h>

#define INTERFACES_MAX   8
#define FRAMES_AT_ONCE   64
#define PIECES_MAX       32
#define ADDRESS_WAIT_MS  5000
#define ADDRESS_FIELDS   4
#define HOSTNAME_DEFAULT "unikernel"

/* Of the kernel command line, in Unikraft's form: address/bits:gateway:dns:dns. */
static const char *addresses[INTERFACES_MAX];
static int address_count;

static struct uk_waitq configured = {.name = "a network address"};

static void add_address(const char *text) {
    if (address_count < INTERFACES_MAX)
        addresses[address_count++] = text;
}
UK_PARAMETER("netdev.ip", add_address);

static err_t transmit(struct netif *netif, struct pbuf *packet) {
    struct uk_netdev *device = netif->state;
    struct uk_netdev_piece pieces[PIECES_MAX];
    int count = 0;
    for (struct pbuf *part = packet; part; part = part->next) {
        if (count == PIECES_MAX)
            return ERR_BUF;
        pieces[count++] = (struct uk_netdev_piece){part->payload, part->len};
    }
    return device->transmit(device, pieces, count) == 0 ? ERR_OK : ERR_MEM;
}

static void input(void *argument, const void *frame, size_t size) {
    struct netif *netif = argument;
    struct uk_netdev *device = netif->state;
    struct pbuf *packet = pbuf_alloc(PBUF_RAW, size, PBUF_POOL);
    if (packet == NULL) {
        device->dropped++;
        return;
    }
    pbuf_take(packet, frame, size);
    if (netif->input(packet, netif) != ERR_OK)
        pbuf_free(packet);
}

/* A card's own thread: frames go through lwIP on it. */
static void receive_loop(void *argument) {
    struct netif *netif = argument;
    struct uk_netdev *device = netif->state;
    for (;;) {
        device->wait(device);
        while (device->receive(device, FRAMES_AT_ONCE, input, netif) == FRAMES_AT_ONCE)
            uk_sched_yield();
        uk_poll_wake();
    }
}

static err_t init_interface(struct netif *netif) {
    struct uk_netdev *device = netif->state;
    memcpy(netif->name, "en", 2);
    memcpy(netif->hwaddr, device->address, UK_NETDEV_ADDRESS_SIZE);
    netif->hwaddr_len = UK_NETDEV_ADDRESS_SIZE;
    netif->mtu = device->mtu;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_LINK_UP;
    netif->output = etharp_output;
    netif->linkoutput = transmit;
    return ERR_OK;
}

/* Writes a file that is not there: one from the initial RAM disk counts more. */
static FILE *create(const char *path) {
    return fopen(path, "wx");
}

/* Tells libc's resolver, and whoever asks, which names and name servers there are. */
static void write_resolver_files(void) {
    mkdir("/etc", 0755);
    FILE *hosts = create("/etc/hosts");
    if (hosts) {
        fputs("127.0.0.1 localhost\n", hosts);
        fclose(hosts);
    }
    FILE *servers = create("/etc/resolv.conf");
    if (servers == NULL)
        return;
    for (int i = 0; i < DNS_MAX_SERVERS; i++)
        if (!ip_addr_isany(dns_getserver(i)))
            fprintf(servers, "nameserver %s\n", ipaddr_ntoa(dns_getserver(i)));
    fclose(servers);
}

static void status_changed(struct netif *netif) {
    if (ip4_addr_isany_val(*netif_ip4_addr(netif)))
        return;
    char address[IP4ADDR_STRLEN_MAX], gateway[IP4ADDR_STRLEN_MAX];
    ip4addr_ntoa_r(netif_ip4_addr(netif), address, sizeof(address));
    ip4addr_ntoa_r(netif_ip4_gw(netif), gateway, sizeof(gateway));
    uk_pr_info("%c%c%d: address %s, gateway %s\n", netif->name[0], netif->name[1], netif->num,
               address, gateway);
    uk_waitq_wake_all(&configured);
}

/* False where the text is no such address. */
static bool set_static(struct netif *netif, const char *text) {
    char copy[128], *fields[ADDRESS_FIELDS] = {"", "", "", ""};
    strncpy(copy, text, sizeof(copy) - 1);
    copy[sizeof(copy) - 1] = '\0';
    char *at = copy;
    for (int i = 0; i < ADDRESS_FIELDS && at; i++)
        fields[i] = strsep(&at, ":");
    char *slash = strchr(fields[0], '/');
    int bits = slash ? atoi(slash + 1) : 24;
    if (slash)
        *slash = '\0';
    ip4_addr_t address, gateway = {0}, mask = {PP_HTONL(bits ? ~0U << (32 - bits) : 0)};
    if (bits < 0 || bits > 32 || !ip4addr_aton(fields[0], &address) ||
        (fields[1][0] && !ip4addr_aton(fields[1], &gateway)))
        return false;
    netif_set_addr(netif, &address, &mask, &gateway);
    for (int i = 2; i < ADDRESS_FIELDS; i++) {
        ip_addr_t server;
        if (fields[i][0] && ipaddr_aton(fields[i], &server))
            dns_setserver(i - 2, &server);
    }
    return true;
}

static void add_interface(struct uk_netdev *device, const char *address) {
    struct netif *netif = calloc(1, sizeof(*netif));
    UK_ASSERT(netif != NULL);
    LOCK_TCPIP_CORE();
    netif_add_noaddr(netif, device, init_interface, tcpip_input);
    netif_set_hostname(netif, HOSTNAME_DEFAULT);
    netif_set_status_callback(netif, status_changed);
    if (netif_default == NULL)
        netif_set_default(netif);
    netif_set_up(netif);
    bool fixed = address && set_static(netif, address);
    if (address && !fixed)
        uk_pr_err("netdev.ip: '%s' is not of the form ADDRESS/BITS:GATEWAY:DNS; asking DHCP\n",
                  address);
    UNLOCK_TCPIP_CORE();
    struct uk_thread *thread = uk_thread_create("net", receive_loop, netif);
    UK_ASSERT(thread != NULL);
    uk_thread_detach(thread);
    if (fixed)
        return;
    LOCK_TCPIP_CORE();
    dhcp_start(netif);
    UNLOCK_TCPIP_CORE();
    __nsec deadline = ukplat_monotonic_clock() + ADDRESS_WAIT_MS * UK_NSEC_PER_MSEC;
    if (!uk_waitq_wait_event(&configured, dhcp_supplied_address(netif), deadline))
        uk_pr_warn("en%d: no DHCP server has answered for %d s; going on without an address\n",
                   netif->num, ADDRESS_WAIT_MS / 1000);
}

static void lwip_start(void) {
    tcpip_init(NULL, NULL);
    for (int i = 0; i < INTERFACES_MAX && uk_netdev_get(i); i++)
        add_interface(uk_netdev_get(i), addresses[i]);
    write_resolver_files();
}
UK_INIT(UK_INIT_NET, lwip_start);
