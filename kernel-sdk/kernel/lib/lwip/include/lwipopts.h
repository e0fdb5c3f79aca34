/* lwIP's options (its src/include/lwip/opt.h names and explains all of them). */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

/* The constants that libc and lwIP share are libc's. */
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>

/* Libc has it: lwIP asks by this name. */
#define iovec iovec

/* With threads: one of lwIP's own for its timers; every other takes its lock and calls in. */
#define NO_SYS                        0
#define SYS_LIGHTWEIGHT_PROT          1
#define LWIP_TCPIP_CORE_LOCKING       1
#define LWIP_TCPIP_CORE_LOCKING_INPUT 1
#define LWIP_COMPAT_MUTEX             0
#define TCPIP_THREAD_NAME             "tcpip"
#define TCPIP_MBOX_SIZE               64
#define DEFAULT_TCP_RECVMBOX_SIZE     64
#define DEFAULT_UDP_RECVMBOX_SIZE     64
#define DEFAULT_RAW_RECVMBOX_SIZE     16
#define DEFAULT_ACCEPTMBOX_SIZE       64
/* Called whenever lwIP's thread has done something: sockets may have become ready. */
#define LWIP_TCPIP_THREAD_ALIVE() uk_lwip_thread_alive()
void uk_lwip_thread_alive(void);

/*
 * Memory: packets from libc's heap, everything else from pools of fixed size, so that connections
 * that have ended but must be remembered (TIME_WAIT) are forgotten when new ones need the room.
 */
#define MEM_LIBC_MALLOC          1
#define MEM_ALIGNMENT            16
#define MEMP_NUM_NETCONN         128
#define MEMP_NUM_TCP_PCB         128
#define MEMP_NUM_TCP_PCB_LISTEN  16
#define MEMP_NUM_UDP_PCB         32
#define MEMP_NUM_TCP_SEG         1024
#define MEMP_NUM_NETBUF          64
#define MEMP_NUM_PBUF            256
#define MEMP_NUM_TCPIP_MSG_API   64
#define MEMP_NUM_TCPIP_MSG_INPKT 128
#define MEMP_NUM_SYS_TIMEOUT     16
#define PBUF_POOL_SIZE           256
#define PBUF_POOL_BUFSIZE        1536

#define LWIP_IPV4                  1
#define LWIP_IPV6                  0
#define LWIP_ARP                   1
#define LWIP_ETHERNET              1
#define LWIP_ICMP                  1
#define LWIP_DHCP                  1
#define DHCP_DOES_ARP_CHECK        0
#define LWIP_DNS                   1
#define LWIP_HAVE_LOOPIF           1
#define LWIP_NETIF_LOOPBACK        1
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_NETIF_HOSTNAME        1

#define TCP_MSS            1460
#define TCP_WND            (32 * TCP_MSS)
#define TCP_SND_BUF        (32 * TCP_MSS)
#define TCP_SND_QUEUELEN   128
#define TCP_LISTEN_BACKLOG 1
#define LWIP_TCP_KEEPALIVE 1
#define SO_REUSE           1
#define LWIP_SO_RCVTIMEO   1
#define LWIP_SO_SNDTIMEO   1
#define LWIP_SO_RCVBUF     1

#define LWIP_NETCONN          1
#define LWIP_SOCKET           1
#define LWIP_COMPAT_SOCKETS   0
#define LWIP_SOCKET_OFFSET    0
#define LWIP_TIMEVAL_PRIVATE  0
#define LWIP_ERRNO_STDINCLUDE 1

#define LWIP_STATS         1
#define LWIP_STATS_DISPLAY 0

#endif
