#define _GNU_SOURCE
#include "clinux.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/sock_diag.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef SO_ATTACH_REUSEPORT_CBPF
#define SO_ATTACH_REUSEPORT_CBPF 51
#endif
enum { BATCH_MAX = 64 };
#define RESULT(call) ({ int _r = (call); _r < 0 ? -errno : _r; })

static int set_int(int fd, int level, int name, int value) {
    return RESULT(setsockopt(fd, level, name, &value, sizeof value));
}
static struct sockaddr_in ipv4(uint32_t address, uint16_t port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(address)}};
    return a;
}

int clinux_receive(int fd, struct clinux_datagram *d, uint32_t count) {
    struct mmsghdr m[BATCH_MAX];
    struct iovec iov[BATCH_MAX];
    struct sockaddr_in from[BATCH_MAX];
    union {
        char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(uint32_t))];
        struct cmsghdr align;
    } control[BATCH_MAX];
    if (count > BATCH_MAX) count = BATCH_MAX;
    for (uint32_t i = 0; i < count; i++) {
        iov[i] = (struct iovec){d[i].base, d[i].capacity};
        m[i].msg_hdr = (struct msghdr){&from[i], sizeof from[i], &iov[i], 1, &control[i], sizeof control[i], 0};
    }
    int n = recvmmsg(fd, m, count, MSG_WAITFORONE, NULL);
    if (n < 0) return -errno;
    for (int i = 0; i < n; i++) {
        d[i].length = m[i].msg_len;
        d[i].segment = d[i].dropped = d[i].dropped_known = 0;
        d[i].truncated = (m[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
        d[i].address = ntohl(from[i].sin_addr.s_addr);
        d[i].port = ntohs(from[i].sin_port);
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&m[i].msg_hdr); c; c = CMSG_NXTHDR(&m[i].msg_hdr, c)) {
            if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
                memcpy(&d[i].dropped, CMSG_DATA(c), sizeof d[i].dropped);
                d[i].dropped_known = 1;
            } else if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
                int segment;
                memcpy(&segment, CMSG_DATA(c), sizeof segment);
                d[i].segment = (uint32_t)segment;
            }
        }
    }
    return n;
}

int clinux_send(int fd, const struct clinux_outgoing *o, uint32_t count) {
    struct mmsghdr m[BATCH_MAX];
    struct iovec iov[BATCH_MAX];
    union { char bytes[CMSG_SPACE(sizeof(uint16_t))]; struct cmsghdr align; } control[BATCH_MAX];
    if (count > BATCH_MAX) count = BATCH_MAX;
    for (uint32_t i = 0; i < count; i++) {
        iov[i] = (struct iovec){(void *)o[i].base, o[i].length};
        m[i].msg_hdr = (struct msghdr){.msg_iov = &iov[i], .msg_iovlen = 1};
        if (o[i].segment) {
            uint16_t segment = (uint16_t)o[i].segment;
            m[i].msg_hdr.msg_control = &control[i];
            m[i].msg_hdr.msg_controllen = sizeof control[i];
            struct cmsghdr *c = CMSG_FIRSTHDR(&m[i].msg_hdr);
            c->cmsg_level = IPPROTO_UDP;
            c->cmsg_type = UDP_SEGMENT;
            c->cmsg_len = CMSG_LEN(sizeof segment);
            memcpy(CMSG_DATA(c), &segment, sizeof segment);
        }
    }
    return RESULT(sendmmsg(fd, m, count, 0));
}

int clinux_post(int fd, const struct clinux_letter *l, uint32_t count) {
    struct mmsghdr m[BATCH_MAX];
    struct iovec iov[BATCH_MAX];
    struct sockaddr_in to[BATCH_MAX];
    if (count > BATCH_MAX) count = BATCH_MAX;
    for (uint32_t i = 0; i < count; i++) {
        iov[i] = (struct iovec){(void *)l[i].base, l[i].length};
        to[i] = ipv4(l[i].address, l[i].port);
        m[i].msg_hdr = (struct msghdr){
            .msg_name = &to[i], .msg_namelen = sizeof to[i], .msg_iov = &iov[i], .msg_iovlen = 1};
    }
    return RESULT(sendmmsg(fd, m, count, MSG_DONTWAIT));
}

int clinux_udp_socket(void) { return RESULT(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)); }
int clinux_bind(int fd, uint32_t address, uint16_t port) {
    struct sockaddr_in a = ipv4(address, port);
    return RESULT(bind(fd, (struct sockaddr *)&a, sizeof a));
}
int clinux_connect(int fd, uint32_t address, uint16_t port) {
    struct sockaddr_in a = ipv4(address, port);
    return RESULT(connect(fd, (struct sockaddr *)&a, sizeof a));
}
int clinux_local_port(int fd) {
    struct sockaddr_in a;
    socklen_t n = sizeof a;
    return getsockname(fd, (struct sockaddr *)&a, &n) < 0 ? -errno : ntohs(a.sin_port);
}
int clinux_reuse_port(int fd) { return set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1); }
static int ask_buffer(int fd, int bytes, int force, int plain) {
    if (set_int(fd, SOL_SOCKET, force, bytes) < 0) set_int(fd, SOL_SOCKET, plain, bytes);
    int got = 0;
    socklen_t n = sizeof got;
    return getsockopt(fd, SOL_SOCKET, plain, &got, &n) < 0 ? -errno : got / 2; // the kernel doubles it for its own use
}
int clinux_receive_buffer(int fd, int bytes) { return ask_buffer(fd, bytes, SO_RCVBUFFORCE, SO_RCVBUF); }
int clinux_send_buffer(int fd, int bytes) { return ask_buffer(fd, bytes, SO_SNDBUFFORCE, SO_SNDBUF); }
int clinux_receive_timeout(int fd, int64_t us) {
    struct timeval t = {us / 1000000, us % 1000000};
    return RESULT(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t));
}
int clinux_count_drops(int fd) { return set_int(fd, SOL_SOCKET, SO_RXQ_OVFL, 1); }
int clinux_merge_trains(int fd) { return set_int(fd, IPPROTO_UDP, UDP_GRO, 1); }
int64_t clinux_socket_drops(int fd) {
    uint32_t info[SK_MEMINFO_VARS];
    socklen_t n = sizeof info;
    return getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &n) < 0 ? -errno : (int64_t)info[SK_MEMINFO_DROPS];
}
int clinux_steer_by_word(int fd, uint32_t offset, uint32_t sockets) {
    // The payload's word is little endian and BPF loads big endian; its first byte alone spreads dense ids evenly.
    struct sock_filter code[] = {
        {BPF_LD | BPF_B | BPF_ABS, 0, 0, offset},
        {BPF_ALU | BPF_MOD | BPF_K, 0, 0, sockets},
        {BPF_RET | BPF_A, 0, 0, 0},
    };
    struct sock_fprog program = {sizeof code / sizeof code[0], code};
    return RESULT(setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program));
}

int clinux_fallocate(int fd, int64_t bytes) { return RESULT(fallocate(fd, 0, 0, bytes)); }
int clinux_o_direct(void) { return O_DIRECT; }
int clinux_pipe(int ends[2]) { return RESULT(pipe2(ends, O_CLOEXEC)); }
int clinux_accept(int fd) { return RESULT(accept4(fd, NULL, NULL, SOCK_CLOEXEC)); }
int clinux_spawn_with_first(void *actions, int descriptors) {
    return -posix_spawn_file_actions_addclosefrom_np(actions, descriptors);
}
int clinux_open_process(int pid) { return RESULT((int)syscall(SYS_pidfd_open, pid, 0)); }
int clinux_lock(int fd) { return RESULT(flock(fd, LOCK_EX | LOCK_NB)); }

int clinux_pin(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    return -pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}
int clinux_nice(int value) {
    return RESULT(setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), value));
}
int clinux_core_count(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
}
int clinux_name_thread(const char *name) { return -pthread_setname_np(pthread_self(), name); }
int clinux_huge_pages(void *base, size_t bytes) { return RESULT(madvise(base, bytes, MADV_HUGEPAGE)); }
int clinux_touch_pages(void *base, size_t bytes) { return RESULT(madvise(base, bytes, MADV_POPULATE_WRITE)); }
int clinux_futex_wait(const uint32_t *word, uint32_t expected, int64_t ns) {
    struct timespec t = {ns / 1000000000, ns % 1000000000};
    return RESULT((int)syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, &t, NULL, 0));
}
int clinux_futex_wake(const uint32_t *word, int waiters) {
    return RESULT((int)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, waiters, NULL, NULL, 0));
}
