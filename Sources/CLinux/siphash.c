// SipHash-2-4 with 128 bits (Aumasson, Bernstein 2012) of eight messages side by side, one in each lane of a vector.
//
// One message alone is a chain in which each step waits for the one before; eight chains next to each other do not wait
// for one another. The same lines are built three times, and the machine takes the widest that it has.
#include "clinux.h"
#include "machine.h"
#include <string.h>

typedef uint64_t lanes __attribute__((vector_size(8 * CLINUX_SEALS)));
typedef uint64_t four __attribute__((vector_size(32)));
typedef uint64_t two __attribute__((vector_size(16)));

#define INLINED static inline __attribute__((always_inline))

#define ROTATED(x, n) ((x) << (n) | (x) >> (64 - (n)))

#define ROUND(v)                                                                                                       \
    do {                                                                                                               \
        (v)[0] += (v)[1], (v)[2] += (v)[3];                                                                            \
        (v)[1] = ROTATED((v)[1], 13) ^ (v)[0], (v)[3] = ROTATED((v)[3], 16) ^ (v)[2];                                  \
        (v)[0] = ROTATED((v)[0], 32);                                                                                  \
        (v)[2] += (v)[1], (v)[0] += (v)[3];                                                                            \
        (v)[1] = ROTATED((v)[1], 17) ^ (v)[2], (v)[3] = ROTATED((v)[3], 21) ^ (v)[0];                                  \
        (v)[2] = ROTATED((v)[2], 32);                                                                                  \
    } while (0)

#define ABSORB(v, word)                                                                                                \
    do {                                                                                                               \
        (v)[3] ^= (word);                                                                                              \
        ROUND(v);                                                                                                      \
        ROUND(v);                                                                                                      \
        (v)[0] ^= (word);                                                                                              \
    } while (0)

// Words at and at+1 of a message; zeros past its end, of which not a byte is read.
INLINED two words_at(const struct clinux_sealed *message, uint64_t at) {
    two words = {0};
    const char *base = (const char *)message->base + 8 * at;
    if (at + 2 <= message->words) {
        memcpy(&words, base, sizeof words);
    } else if (at < message->words) {
        memcpy(&words, base, sizeof words[0]);
    }
    return words;
}

// Words at and at+1 of each message, as columns: words[0] holds the first of all, words[1] the second. `all`: each
// message has both. WHY two: more at a time do not fit into the registers.
INLINED void load(const struct clinux_sealed *messages, uint64_t at, int all, lanes words[2]) {
    two rows[CLINUX_SEALS];
    for (int i = 0; i < CLINUX_SEALS; i++) {
        if (all) {
            memcpy(&rows[i], (const char *)messages[i].base + 8 * at, sizeof rows[i]);
        } else {
            rows[i] = words_at(&messages[i], at);
        }
    }
    four halves[4];  // of messages 0 and 2, 1 and 3, 4 and 6, 5 and 7
    for (int i = 0; i < 4; i++) {
        int k = i / 2 * 4 + i % 2;
        halves[i] = __builtin_shufflevector(rows[k], rows[k + 2], 0, 1, 2, 3);
    }
    lanes even = __builtin_shufflevector(halves[0], halves[2], 0, 1, 2, 3, 4, 5, 6, 7);
    lanes odd = __builtin_shufflevector(halves[1], halves[3], 0, 1, 2, 3, 4, 5, 6, 7);
    words[0] = __builtin_shufflevector(even, odd, 0, 8, 2, 10, 4, 12, 6, 14);
    words[1] = __builtin_shufflevector(even, odd, 1, 9, 3, 11, 5, 13, 7, 15);
}

// The least count of words that is more than `past`; the longest's when there is none.
INLINED uint64_t next_end(const struct clinux_sealed *messages, uint64_t past, uint64_t longest) {
    uint64_t end = longest;
    for (int i = 0; i < CLINUX_SEALS; i++) {
        if (messages[i].words > past && messages[i].words < end) end = messages[i].words;
    }
    return end;
}

// A message that has ended goes on with the others, on zeros; its state at its end is kept.
#define KEEP(kept, v, ended)                                                                                           \
    do {                                                                                                               \
        for (int k = 0; k < 4; k++) (kept)[k] = ((v)[k] & (ended)) | ((kept)[k] & ~(ended));                           \
    } while (0)

INLINED void seal(struct clinux_sealed messages[CLINUX_SEALS]) {
    lanes low, high, counts;
    uint64_t longest = 0, shortest = messages[0].words;
    for (int i = 0; i < CLINUX_SEALS; i++) {
        low[i] = messages[i].key[0];
        high[i] = messages[i].key[1];
        counts[i] = messages[i].words;
        if (messages[i].words > longest) longest = messages[i].words;
        if (messages[i].words < shortest) shortest = messages[i].words;
    }
    lanes v[4] = {low ^ 0x736f6d6570736575, high ^ 0x646f72616e646f6d ^ 0xee, low ^ 0x6c7967656e657261,
                  high ^ 0x7465646279746573};
    lanes kept[4] = {v[0], v[1], v[2], v[3]};  // a message of no words has ended before the first
    uint64_t at = 0;
    lanes words[2];
    for (; at + 2 <= shortest; at += 2) {
        load(messages, at, 1, words);
        ABSORB(v, words[0]);
        ABSORB(v, words[1]);
    }
    // From here on messages end.
    uint64_t end = next_end(messages, 0, longest);
    for (; at < longest; at += 2) {
        load(messages, at, 0, words);
        for (uint64_t i = 0; i < 2; i++) {
            if (at + i == end) {
                lanes ended = (lanes)(counts == end);
                KEEP(kept, v, ended);
                end = next_end(messages, end, longest);
            }
            ABSORB(v, words[i]);
        }
    }
    if (at == longest) {
        lanes ended = (lanes)(counts == longest);
        KEEP(kept, v, ended);
    }
    ABSORB(kept, counts << 59);  // the count of bytes, in the top byte
    kept[2] ^= 0xee;
    for (int i = 0; i < 4; i++) ROUND(kept);
    lanes first = kept[0] ^ kept[1] ^ kept[2] ^ kept[3];
    kept[1] ^= 0xdd;
    for (int i = 0; i < 4; i++) ROUND(kept);
    lanes second = kept[0] ^ kept[1] ^ kept[2] ^ kept[3];
    for (int i = 0; i < CLINUX_SEALS; i++) {
        messages[i].seal[0] = first[i];
        messages[i].seal[1] = second[i];
    }
}

static void seal_plain(struct clinux_sealed messages[CLINUX_SEALS]) { seal(messages); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void seal_avx2(struct clinux_sealed messages[CLINUX_SEALS]) { seal(messages); }

__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,prefer-256-bit")))
static void seal_avx512(struct clinux_sealed messages[CLINUX_SEALS]) { seal(messages); }
#endif

static void (*seal_together)(struct clinux_sealed messages[CLINUX_SEALS]);
static int worthwhile;

__attribute__((constructor)) static void choose(void) {
    seal_together = seal_plain;
    worthwhile = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (has_avx512()) {
        seal_together = seal_avx512;
        worthwhile = 3;
    } else if (has_avx2()) {
        seal_together = seal_avx2;
        worthwhile = 3;
    }
#endif
}

int clinux_seals_worthwhile(void) { return worthwhile; }

void clinux_seal_together(struct clinux_sealed messages[CLINUX_SEALS]) { seal_together(messages); }

void clinux_seal_together_plain(struct clinux_sealed messages[CLINUX_SEALS]) { seal_plain(messages); }
