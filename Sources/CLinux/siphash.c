// SipHash-2-4 with 128 bits (Aumasson, Bernstein 2012) of eight messages side by side, one in each lane of a vector.
//
// One message alone is a chain in which each step waits for the one before; eight chains next to each other do not wait
// for one another. The same lines are built three times, and the machine takes the widest that it has.
#include "clinux.h"
#include <string.h>

typedef uint64_t lanes __attribute__((vector_size(8 * CLINUX_SEALS)));

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

// Rows of eight words, one of each message, become columns: rows[i] holds word i of all.
INLINED void transpose(lanes rows[CLINUX_SEALS]) {
    lanes pairs[8], fours[8];
    for (int i = 0; i < 8; i += 2) {
        pairs[i] = __builtin_shufflevector(rows[i], rows[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        pairs[i + 1] = __builtin_shufflevector(rows[i], rows[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < 8; i += 4) {
        for (int j = 0; j < 2; j++) {
            fours[i + j] = __builtin_shufflevector(pairs[i + j], pairs[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            fours[i + j + 2] = __builtin_shufflevector(pairs[i + j], pairs[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    }
    for (int j = 0; j < 4; j++) {
        rows[j] = __builtin_shufflevector(fours[j], fours[j + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        rows[j + 4] = __builtin_shufflevector(fours[j], fours[j + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

// Words at...at+8 of each message; zeros past the end of one, of which not a byte is read.
INLINED void load(const struct clinux_sealed *messages, uint64_t at, lanes words[CLINUX_SEALS]) {
    for (int i = 0; i < CLINUX_SEALS; i++) {
        const char *base = (const char *)messages[i].base + 8 * at;
        if (at + 8 <= messages[i].words) {
            memcpy(&words[i], base, sizeof words[i]);
        } else {
            words[i] = (lanes){0};
            if (at < messages[i].words) memcpy(&words[i], base, 8 * (messages[i].words - at));
        }
    }
    transpose(words);
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
    uint64_t longest = 0;
    for (int i = 0; i < CLINUX_SEALS; i++) {
        low[i] = messages[i].key[0];
        high[i] = messages[i].key[1];
        counts[i] = messages[i].words;
        if (messages[i].words > longest) longest = messages[i].words;
    }
    lanes v[4] = {low ^ 0x736f6d6570736575, high ^ 0x646f72616e646f6d ^ 0xee, low ^ 0x6c7967656e657261,
                  high ^ 0x7465646279746573};
    lanes kept[4] = {v[0], v[1], v[2], v[3]};  // a message of no words has ended before the first
    uint64_t end = next_end(messages, 0, longest);
    for (uint64_t at = 0; at < longest; at += 8) {
        lanes words[CLINUX_SEALS];
        load(messages, at, words);
        for (uint64_t i = 0; i < 8; i++) {
            if (at + i == end) {
                lanes ended = (lanes)(counts == end);
                KEEP(kept, v, ended);
                end = next_end(messages, end, longest);
            }
            ABSORB(v, words[i]);
        }
    }
    if (longest % 8 == 0 && longest > 0) {
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
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw")) {
        seal_together = seal_avx512;
        worthwhile = 3;
    } else if (__builtin_cpu_supports("avx2")) {
        seal_together = seal_avx2;
        worthwhile = 3;
    }
#endif
}

int clinux_seals_worthwhile(void) { return worthwhile; }

void clinux_seal_together(struct clinux_sealed messages[CLINUX_SEALS]) { seal_together(messages); }

void clinux_seal_together_plain(struct clinux_sealed messages[CLINUX_SEALS]) { seal_plain(messages); }
