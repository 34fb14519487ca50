// CRC32C (Castagnoli, reflected 0x82f63b78): three lanes of the processor's instruction where there is one, eight bytes
// a step of a table where there is not.
#include "clinux.h"
#include <string.h>
#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

// The instruction takes three cycles and one can begin in each, so three lanes run side by side. Their registers are
// joined by moving one past as many zero bytes as the next lane has, with a table for each of the two lengths.
enum { LONG_LANE = 2048, SHORT_LANE = 128 };

static uint32_t bytes_table[8][256];
static uint32_t long_shift[4][256];
static uint32_t short_shift[4][256];

static uint32_t shifted(const uint32_t table[4][256], uint32_t crc) {
    return table[0][crc & 255] ^ table[1][crc >> 8 & 255] ^ table[2][crc >> 16 & 255] ^ table[3][crc >> 24];
}

static uint64_t word_at(const unsigned char *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

static void make_shift(uint32_t table[4][256], size_t zeros) {
    uint32_t bits[32];
    for (int bit = 0; bit < 32; bit++) {
        uint32_t crc = 1u << bit;
        for (size_t i = 0; i < zeros; i++) crc = bytes_table[0][crc & 255] ^ crc >> 8;
        bits[bit] = crc;
    }
    for (int part = 0; part < 4; part++) {
        for (int value = 0; value < 256; value++) {
            uint32_t sum = 0;
            for (int bit = 0; bit < 8; bit++) {
                if (value >> bit & 1) sum ^= bits[8 * part + bit];
            }
            table[part][value] = sum;
        }
    }
}

uint32_t clinux_crc32c_table(uint32_t crc, const void *bytes, size_t n) {
    const unsigned char *p = bytes;
    crc = ~crc;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t word = word_at(p) ^ crc;
        crc = 0;
        for (int i = 0; i < 8; i++) crc ^= bytes_table[7 - i][word >> 8 * i & 255];
    }
#endif
    for (; n > 0; n--, p++) crc = bytes_table[0][(crc ^ *p) & 255] ^ crc >> 8;
    return ~crc;
}

#if defined(__x86_64__)
#define HARDWARE __attribute__((target("sse4.2")))
#define STEP8(crc, word) __builtin_ia32_crc32di(crc, word)
#define STEP1(crc, byte) __builtin_ia32_crc32qi(crc, byte)
static int has_instruction(void) { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HARDWARE __attribute__((target("crc")))
#define STEP8(crc, word) __builtin_arm_crc32cd(crc, word)
#define STEP1(crc, byte) __builtin_arm_crc32cb(crc, byte)
#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif
static int has_instruction(void) { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }
#endif

#if defined(HARDWARE)
// Takes as many rounds of three lanes as there are whole ones.
HARDWARE static inline uint32_t three_lanes(
    uint32_t crc, const unsigned char **at, size_t *n, const size_t lane, const uint32_t shift[4][256]
) {
    const unsigned char *p = *at;
    while (*n >= 3 * lane) {
        uint64_t a = crc, b = 0, c = 0;
        for (const unsigned char *end = p + lane; p < end; p += 8) {
            a = STEP8(a, word_at(p));
            b = STEP8(b, word_at(p + lane));
            c = STEP8(c, word_at(p + 2 * lane));
        }
        crc = shifted(shift, shifted(shift, (uint32_t)a) ^ (uint32_t)b) ^ (uint32_t)c;
        p += 2 * lane;
        *n -= 3 * lane;
    }
    *at = p;
    return crc;
}

HARDWARE static uint32_t crc32c_hardware(uint32_t crc, const void *bytes, size_t n) {
    const unsigned char *p = bytes;
    crc = ~crc;
    crc = three_lanes(crc, &p, &n, LONG_LANE, long_shift);
    crc = three_lanes(crc, &p, &n, SHORT_LANE, short_shift);
    uint64_t wide = crc;
    for (; n >= 8; n -= 8, p += 8) wide = STEP8(wide, word_at(p));
    crc = (uint32_t)wide;
    for (; n > 0; n--, p++) crc = STEP1(crc, *p);
    return ~crc;
}
#endif

static int is_hardware;

// Before main, so that no caller has to ask whether the tables are there.
__attribute__((constructor)) static void make_tables(void) {
    for (int value = 0; value < 256; value++) {
        uint32_t crc = (uint32_t)value;
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
        bytes_table[0][value] = crc;
    }
    for (int step = 1; step < 8; step++) {
        for (int value = 0; value < 256; value++) {
            uint32_t crc = bytes_table[step - 1][value];
            bytes_table[step][value] = bytes_table[0][crc & 255] ^ crc >> 8;
        }
    }
    make_shift(long_shift, LONG_LANE);
    make_shift(short_shift, SHORT_LANE);
#if defined(HARDWARE)
    is_hardware = has_instruction();
#endif
}

uint32_t clinux_crc32c(uint32_t crc, const void *bytes, size_t n) {
#if defined(HARDWARE)
    if (is_hardware) return crc32c_hardware(crc, bytes, n);
#endif
    return clinux_crc32c_table(crc, bytes, n);
}
