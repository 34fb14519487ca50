// Reads of the engine to reads of the log with AVX2 and BMI2, each by what differs from the one before. Elsewhere
// nothing is done, and the caller goes read by read. The format is PackedRead's, byte for byte what ReadPacker writes.
#include "clinux.h"
#include "machine.h"
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET target("avx2,bmi,bmi2,lzcnt,popcnt")
#define INLINED __attribute__((always_inline, TARGET)) static inline

// Where a read's fields stand, and bits of a head; see Read and PackedRead.
enum { CAPTURED = 16, SOURCE = 24, EPOCH = 28, SEQUENCE = 32, TRANSIT = 36, TEXT = 40, MARKS = 56, READ_BYTES = 64 };
enum { CAPTURED_AT = 5, TRANSIT_AT = 8, SEQUENCE_AT = 10, EPOCH_AT = 12, CAMERA_AT = 14, MARKS_AT = 15 };
enum { HEAD_BYTES = 3, MICROSECOND_NS = 1000 };

INLINED uint32_t word32(const char *bytes) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

INLINED uint64_t word64(const char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

// Small either way becomes small.
INLINED uint32_t zigzag32(uint32_t x) { return x << 1 ^ (uint32_t)((int32_t)x >> 31); }
INLINED uint64_t zigzag64(uint64_t x) { return x << 1 ^ (uint64_t)((int64_t)x >> 63); }

// The byte of `bytes` that a count of leading zeros, in whole bytes, is the number of.
INLINED uint32_t by_zeros(uint64_t bytes, uint64_t zeros) { return (uint32_t)(bytes >> (zeros & 0x38)) & 15; }

// Writes a number of 32 bits and returns its code: 0 to 2 bytes, or 3 for four of them.
INLINED uint32_t put32(uint32_t number, char **at) {
    uint32_t zeros = _lzcnt_u32(number);
    memcpy(*at, &number, sizeof number);
    *at += by_zeros(0x0001020404, zeros);
    return by_zeros(0x0001020303, zeros);
}

// Writes a number of 64 bits and returns its code: 1 to 6 bytes, or 7 for eight of them.
INLINED uint32_t put64(uint64_t number, char **at) {
    uint64_t zeros = _lzcnt_u64(number | 1);
    memcpy(*at, &number, sizeof number);
    *at += by_zeros(0x0102030405060808, zeros);
    return by_zeros(0x0102030405060707, zeros);
}

// Nothing for the next read of the camera of the read before.
INLINED uint32_t put_id(const char *read, const char *before, char **at) {
    uint32_t skipped = word32(read + SEQUENCE) - word32(before + SEQUENCE) - 1;
    if (((word64(read + SOURCE) ^ word64(before + SOURCE)) | skipped) == 0) return 0;
    uint32_t camera = word32(read + SOURCE), is_other = camera != word32(before + SOURCE);
    memcpy(*at, &camera, sizeof camera);
    *at += 3 * is_other;
    uint32_t head = is_other << CAMERA_AT;
    head |= put32(zigzag32(word32(read + EPOCH) - word32(before + EPOCH)), at) << EPOCH_AT;
    return head | put32(zigzag32(skipped), at) << SEQUENCE_AT;
}

INLINED uint32_t put_times(const char *read, const char *before, uint64_t *received, char **at) {
    uint64_t captured = word64(read + CAPTURED);
    uint32_t head = put64(zigzag64(captured - word64(before + CAPTURED)), at) << CAPTURED_AT;
    int32_t transit = (int32_t)word32(read + TRANSIT);
    uint32_t expected = (uint32_t)((int64_t)(*received - captured) / MICROSECOND_NS);
    head |= put32(zigzag32((uint32_t)transit - expected), at) << TRANSIT_AT;
    uint64_t ns = captured + (uint64_t)((int64_t)transit * MICROSECOND_NS);
    *received = *received - ns >= MICROSECOND_NS ? ns : *received;
    return head;
}

// Country 2, speed 2, confidence, class, and lane and flags together: those that are not as before.
INLINED uint32_t put_marks(__m128i *before, __m128i marks, char **at) {
    __m128i same_words = _mm_cmpeq_epi16(marks, *before), same_bytes = _mm_cmpeq_epi8(marks, *before);
    *before = marks;
    uint64_t changed = ~(uint64_t)_mm_cvtsi128_si64(_mm_blend_epi16(same_words, same_bytes, 1 << 2));
    uint64_t packed = _pext_u64((uint64_t)_mm_cvtsi128_si64(marks), changed);
    memcpy(*at, &packed, sizeof packed);
    *at += (uint32_t)_mm_popcnt_u64(changed) >> 3;
    return (uint32_t)_pext_u64(changed, 0x0001010100010001) << MARKS_AT;
}

// Bytes as they are: some stand not in " " to "_".
INLINED uint32_t put_bytes(__m128i text, uint32_t empty, char **at) {
    uint32_t count = 32 - _lzcnt_u32(~empty & 0xffff), bytes = count < 2 ? 2 : count;
    _mm_storeu_si128((__m128i *)*at, text);
    *at += bytes;
    return bytes + 15;
}

// Symbols of six bits, the first in the lowest.
INLINED uint32_t put_text(__m128i text, char **at) {
    __m128i above = _mm_sub_epi8(text, _mm_set1_epi8(0x20));
    uint32_t good = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(0x3f)), above));
    uint32_t empty = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_setzero_si128()));
    // All up to one are good, and all behind it are zeros.
    if (__builtin_expect((good & (good + 1)) != 0 || (good ^ empty) != 0xffff, 0)) return put_bytes(text, empty, at);
    __m128i sixes = _mm_subs_epu8(text, _mm_set1_epi8(0x20));
    __m128i pairs = _mm_maddubs_epi16(sixes, _mm_set1_epi16(1 | 1 << 6 << 8));
    __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 | 1 << 12 << 16));
    const __m128i threes = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
    _mm_storeu_si128((__m128i *)*at, _mm_shuffle_epi8(fours, threes));
    uint32_t count = (uint32_t)_mm_popcnt_u32(good);
    *at += (6 * count + 7) >> 3;
    return count;
}

// What the context says, as a read that was before the first.
INLINED void read_of(const struct clinux_read_context *context, char read[READ_BYTES]) {
    memcpy(read + CAPTURED, &context->captured_ns, 8);
    memcpy(read + SOURCE, &context->camera, 4);
    memcpy(read + EPOCH, &context->epoch, 4);
    memcpy(read + SEQUENCE, &context->sequence, 4);
    memcpy(read + MARKS, &context->marks, 8);
}

INLINED void context_of(const char *read, uint64_t received, struct clinux_read_context *context) {
    context->camera = word32(read + SOURCE);
    context->epoch = word32(read + EPOCH);
    context->sequence = word32(read + SEQUENCE);
    context->captured_ns = (int64_t)word64(read + CAPTURED);
    context->received_ns = (int64_t)received;
    context->marks = word64(read + MARKS);
}

__attribute__((TARGET))
static void *pack_bmi2(struct clinux_read_context *context, const char *read, uint32_t count, char *at) {
    // Bytes 8 to 15 in the log's order.
    const __m128i in_order = _mm_setr_epi8(8, 9, 10, 11, 13, 14, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1);
    char first[READ_BYTES];
    read_of(context, first);
    const char *before = first, *end = read + (size_t)count * READ_BYTES;
    uint64_t received = (uint64_t)context->received_ns;
    __m128i marks = _mm_shuffle_epi8(_mm_set_epi64x((int64_t)context->marks, 0), in_order);
    for (; read < end; before = read, read += READ_BYTES) {
        char *start = at;
        at += HEAD_BYTES;
        uint32_t head = put_id(read, before, &at);
        head |= put_times(read, before, &received, &at);
        __m128i last = _mm_loadu_si128((const __m128i *)(read + MARKS - 8));
        head |= put_marks(&marks, _mm_shuffle_epi8(last, in_order), &at);
        head |= put_text(_mm_loadu_si128((const __m128i *)(read + TEXT)), &at);
        memcpy(start, &head, 2);
        start[2] = (char)(head >> 16);
    }
    context_of(before, received, context);
    return at;
}
#endif

void *clinux_pack_reads(struct clinux_read_context *context, const void *reads, uint32_t count, void *place) {
#if defined(__x86_64__)
    if (has_avx2() && has_quick_bmi2()) return pack_bmi2(context, reads, count, place);
#endif
    return NULL;
}
