// The GNU and Linux calls that Swift's Glibc module does not show: one- or two-line bodies, no logic. Behind them the
// loops that want the machine's vectors, each in a file of its own with a plain twin.
#ifndef CLINUX_H
#define CLINUX_H
#include <stddef.h>
#include <stdint.h>

// One datagram, or one train of datagrams that the kernel merged (UDP GRO), as received.
struct clinux_datagram {
    void *base;             // where the bytes go
    uint32_t capacity;      // how many fit
    uint32_t length;        // how many came
    uint32_t segment;       // bytes of each datagram of a train; 0 when it is a single datagram
    uint32_t address;       // sender, IPv4, host order
    uint16_t port;          // sender's port, host order
    uint16_t truncated;     // 1 when bytes were cut off
    uint32_t dropped;       // SO_RXQ_OVFL: the socket's drops so far (wraps), valid when dropped_known
    uint32_t dropped_known; // 1 when the kernel attached a drop count
};

// Up to `count` (at most 64) datagrams; waits for the first at most SO_RCVTIMEO. Returns how many came, or -errno.
int clinux_receive(int fd, struct clinux_datagram *datagrams, uint32_t count);

// One datagram to send; `segment` > 0 makes it a train that the kernel cuts every `segment` bytes (UDP GSO).
struct clinux_outgoing {
    const void *base;
    uint32_t length;
    uint32_t segment;
};
// Sends up to `count` (at most 64) on a connected socket. Returns how many went, or -errno.
int clinux_send(int fd, const struct clinux_outgoing *datagrams, uint32_t count);

// One datagram to an address of its own.
struct clinux_letter {
    const void *base;
    uint32_t length;
    uint32_t address;       // IPv4, host order
    uint16_t port;          // host order
};
// Sends up to `count` (at most 64) without waiting. Returns how many went, or -errno.
int clinux_post(int fd, const struct clinux_letter *letters, uint32_t count);

int clinux_udp_socket(void);                                              // fd or -errno
int clinux_bind(int fd, uint32_t address, uint16_t port);                 // 0 or -errno
int clinux_connect(int fd, uint32_t address, uint16_t port);              // 0 or -errno
int clinux_local_port(int fd);                                            // port or -errno
int clinux_reuse_port(int fd);                                            // SO_REUSEPORT
int clinux_receive_buffer(int fd, int bytes);                             // asks (FORCE first); returns bytes got
int clinux_send_buffer(int fd, int bytes);                                // asks; returns bytes got
int clinux_receive_timeout(int fd, int64_t microseconds);                 // SO_RCVTIMEO
int clinux_count_drops(int fd);                                           // SO_RXQ_OVFL on
int clinux_merge_trains(int fd);                                          // UDP_GRO on
int64_t clinux_socket_drops(int fd);                                      // SO_MEMINFO drops, or -errno
int clinux_steer_by_word(int fd, uint32_t offset, uint32_t sockets);      // reuseport: LE word at offset % sockets

int clinux_fallocate(int fd, int64_t bytes);                              // reserves room, extends; 0 or -errno
int clinux_o_direct(void);                                                // O_DIRECT
int clinux_pipe(int ends[2]);                                             // pipe2, CLOEXEC; 0 or -errno
int clinux_accept(int fd);                                                // accept4, CLOEXEC; fd or -errno
int clinux_spawn_with_first(void *actions, int descriptors);              // posix_spawn: the child has no further ones
int clinux_open_process(int pid);                                         // pidfd, readable at its end; or -errno
int clinux_lock(int fd);                                                  // flock, exclusive, at once; 0 or -errno

int clinux_pin(int core);                                                 // this thread to one core
int clinux_nice(int value);                                               // this thread gives way: 1 to 19
int clinux_core_count(void);                                              // cores that this process may use
int clinux_name_thread(const char *name);
int clinux_huge_pages(void *base, size_t bytes);                          // madvise MADV_HUGEPAGE
int clinux_touch_pages(void *base, size_t bytes);                         // madvise MADV_POPULATE_WRITE
int clinux_futex_wait(const uint32_t *word, uint32_t expected, int64_t nanoseconds);
int clinux_futex_wake(const uint32_t *word, int waiters);

// CRC32C of bytes that follow those that gave `crc`; 0 to begin. "123456789" gives e3069283.
uint32_t clinux_crc32c(uint32_t crc, const void *bytes, size_t n);
uint32_t clinux_crc32c_table(uint32_t crc, const void *bytes, size_t n);  // the same without the instruction, for tests

// A message to seal: SipHash-2-4 with 128 bits of `words` words of 8 bytes.
enum { CLINUX_SEALS = 8 };
struct clinux_sealed {
    const void *base;
    uint64_t words;
    uint64_t key[2];
    uint64_t seal[2];       // comes back
};
// Eight at once; those that are not needed repeat another.
void clinux_seal_together(struct clinux_sealed messages[CLINUX_SEALS]);
// The same without the machine's vectors, for tests.
void clinux_seal_together_plain(struct clinux_sealed messages[CLINUX_SEALS]);
int clinux_seals_worthwhile(void);                                        // from so many on it pays here; 0: never

// What a byte of a plate's text is: its symbol (1 to 36), 0 for what is left out, 128 for what is not known here.
struct clinux_symbols {
    uint8_t of_byte[128];
    uint8_t folded[64];     // of a symbol
};
// Plates and skeletons (twelve symbols, base 37, left aligned) of up to 64 texts of 16 bytes, `stride` bytes apart,
// into room for an even count. Returns a bit for each that is done; the others are for the caller: odd bytes, no
// symbol, too many, or this machine has not got what it takes.
uint64_t clinux_plates(
    const struct clinux_symbols *symbols, const void *texts, size_t stride, uint32_t count, uint64_t *plates,
    uint64_t *skeletons);

// Reads of 32 bytes as they stand in a frame, and what they share.
struct clinux_frame {
    const void *reads;
    uint32_t count;         // at most 64
    uint32_t camera, epoch, sequence;
    int64_t received_ns;
    int64_t earliest_ns;    // a read is usual that was captured then or up to `length_ns` later
    uint64_t length_ns;
    uint64_t remarks;       // to be set in the marks of each, whose last byte are flags
};
// Sets a bit for each read that is usual: its time, and marks that the protocol defines; and fills heads by the four,
// sequence 4 and transit in microseconds 4. Returns 0 when this machine has not got what it takes, or the times are
// weeks apart: nothing is done.
int clinux_usual_reads(const struct clinux_frame *frame, uint64_t *heads, uint64_t *usual);
// Writes reads of such a frame into slots of 64 bytes, with their plates and skeletons.
void clinux_write_reads(
    const struct clinux_frame *frame, const uint64_t *heads, const uint64_t *plates, const uint64_t *skeletons,
    uint32_t first, uint32_t count, void *slots);

// What the next read of a block in the log is told by: the one before it.
struct clinux_read_context {
    uint32_t camera, epoch, sequence;
    int64_t captured_ns, received_ns;
    uint64_t marks;         // a read's last eight bytes
};
// Writes reads of 64 bytes one behind the other, each into room for as much as a packed read can be. Returns where they
// end; NULL when this machine has not got what it takes: nothing is done.
void *clinux_pack_reads(struct clinux_read_context *context, const void *reads, uint32_t count, void *place);

// A set of hashes, which may take a stranger for a member: a hash's upper half names one of mask + 1 words, and the low
// halves of its lowest four bytes name a bit in each quarter of that word.
struct clinux_filter {
    const uint64_t *words;
    uint64_t mask;
};
// A bit for each of up to 64 hashes that may be members.
uint64_t clinux_may_hold(struct clinux_filter filter, const uint64_t *hashes, uint32_t count);
// Hashes of the first six characters of plates' words (twelve symbols, base 37, left aligned), which lie `stride` bytes
// apart, and of their first four unless `fours` is NULL: the number times 0x9e3779b1.
void clinux_beginnings(const void *plates, size_t stride, uint32_t count, uint64_t *sixes, uint64_t *fours);

static inline void clinux_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}
// Starts the fetch of a line that is wanted soon.
// WHY into the second cache: a core keeps some twenty lines under way to its first one, and drops or waits with what it
// is asked for beyond; to the second twice to three times as many (an AMD EPYC, DECISIONS 45).
static inline void clinux_prefetch(const void *p) { __builtin_prefetch(p, 0, 2); }
#endif
