// Reads of a frame to reads of the engine with AVX2: what is looked at, four reads side by side; what is written, half
// a slot at a time. Elsewhere nothing is done, and the caller goes read by read.
#include "clinux.h"
#include "machine.h"
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define INLINED __attribute__((always_inline, target("avx2"))) static inline

// In a frame: when it was captured 8, text 16, marks 8.
enum { WIRE_BYTES = 32, SLOT_BYTES = 64 };

INLINED __m256i loaded(const void *bytes) { return _mm256_loadu_si256((const __m256i *)bytes); }

// Zero where a read's marks are what the protocol defines: country 2, lane, confidence, class, flags, speed 2. See
// FrameReads.oddBits.
INLINED __m256i odd_bits(__m256i marks) {
    const __m256i no_country =
        _mm256_cmpeq_epi64(_mm256_slli_epi64(marks, 48), _mm256_setzero_si256());
    __m256i word = _mm256_or_si256(marks, _mm256_and_si256(no_country, _mm256_set1_epi64x(0x4141)));
    __m256i low = _mm256_and_si256(word, _mm256_set1_epi8(0x7f));
    __m256i above = _mm256_or_si256(_mm256_add_epi64(low, _mm256_set1_epi64x(0x00007c7a1b002525)), word);
    __m256i not_below = _mm256_add_epi64(low, _mm256_set1_epi64x(0x3f3f));
    return _mm256_or_si256(
        _mm256_and_si256(above, _mm256_set1_epi64x(0x0000808080008080)),
        _mm256_andnot_si256(not_below, _mm256_set1_epi64x(0x8080)));
}

// Nanoseconds below 2^51 to microseconds, towards zero, held to 32 bits. Exact: 0.001 as a double is a little more, and
// by less than what would carry a number over to the next microsecond.
INLINED __m128i microseconds(__m256i nanoseconds) {
    const __m256i magic = _mm256_set1_epi64x(0x4338000000000000);  // 2^52 + 2^51, whose last bit is worth one
    __m256d ns = _mm256_sub_pd(_mm256_castsi256_pd(_mm256_add_epi64(nanoseconds, magic)), _mm256_castsi256_pd(magic));
    __m256d us = _mm256_mul_pd(ns, _mm256_set1_pd(0.001));
    us = _mm256_max_pd(_mm256_min_pd(us, _mm256_set1_pd(INT32_MAX)), _mm256_set1_pd(INT32_MIN));
    return _mm256_cvttpd_epi32(us);
}

// Four reads; the bits of those that are usual.
INLINED unsigned usual_of(
    const struct clinux_frame *frame, const char *a, const char *b, const char *c, const char *d, uint32_t first,
    uint64_t heads[4]) {
    __m256i ra = loaded(a), rb = loaded(b), rc = loaded(c), rd = loaded(d);
    __m256i captured = _mm256_permute2x128_si256(_mm256_unpacklo_epi64(ra, rb), _mm256_unpacklo_epi64(rc, rd), 0x20);
    __m256i marks = _mm256_permute2x128_si256(_mm256_unpackhi_epi64(ra, rb), _mm256_unpackhi_epi64(rc, rd), 0x31);
    const __m256i sign = _mm256_set1_epi64x(INT64_MIN);  // makes signed comparisons of unsigned numbers
    __m256i age = _mm256_xor_si256(_mm256_sub_epi64(captured, _mm256_set1_epi64x(frame->earliest_ns)), sign);
    __m256i out = _mm256_cmpgt_epi64(age, _mm256_set1_epi64x((int64_t)frame->length_ns ^ INT64_MIN));
    __m256i odd = _mm256_or_si256(odd_bits(marks), out);
    __m256i usual = _mm256_cmpeq_epi64(odd, _mm256_setzero_si256());

    __m128i transit = microseconds(_mm256_sub_epi64(_mm256_set1_epi64x(frame->received_ns), captured));
    __m128i sequence = _mm_add_epi32(_mm_set1_epi32((int)(frame->sequence + first)), _mm_setr_epi32(0, 1, 2, 3));
    _mm_storeu_si128((__m128i *)heads, _mm_unpacklo_epi32(sequence, transit));
    _mm_storeu_si128((__m128i *)(heads + 2), _mm_unpackhi_epi32(sequence, transit));
    return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(usual));
}

__attribute__((target("avx2")))
static uint64_t usual_avx2(const struct clinux_frame *frame, uint64_t *heads) {
    const char *reads = frame->reads;
    uint64_t usual = 0;
    for (uint32_t i = 0; i < frame->count; i += 4, reads += 4 * WIRE_BYTES) {
        // The last ones stand for those that are missing.
        size_t last = frame->count - i - 1, b = last < 1 ? last : 1, c = last < 2 ? last : 2, d = last < 3 ? last : 3;
        usual |= (uint64_t)usual_of(frame, reads, reads + WIRE_BYTES * b, reads + WIRE_BYTES * c,
                                    reads + WIRE_BYTES * d, i, heads + i) << i;
    }
    return frame->count < 64 ? usual & ((1ull << frame->count) - 1) : usual;
}

__attribute__((target("avx2")))
static void write_avx2(
    const struct clinux_frame *frame, const uint64_t *heads, const uint64_t *plates, const uint64_t *skeletons,
    uint32_t first, uint32_t count, void *slots) {
    // Text and marks stand in a slot where they stand in a frame, but the speed follows the country.
    const __m256i in_order = _mm256_setr_epi8(
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 15, 10, 11, 12, 13);
    const __m256i remarks = _mm256_setr_epi64x(0, 0, 0, (long long)frame->remarks);
    const uint64_t source = (uint64_t)frame->epoch << 32 | frame->camera;
    const char *read = (const char *)frame->reads + (size_t)first * WIRE_BYTES;
    char *slot = slots;
    for (uint32_t i = first; i < first + count; i++, read += WIRE_BYTES, slot += SLOT_BYTES) {
        uint64_t captured;
        memcpy(&captured, read, sizeof captured);
        __m256i rest = _mm256_or_si256(_mm256_shuffle_epi8(loaded(read), in_order), remarks);
        __m256i head = _mm256_castsi128_si256(_mm_loadl_epi64((const __m128i *)&heads[i]));
        uint64_t front[4] = {plates[i], skeletons[i], captured, source};
        memcpy(slot, front, sizeof front);
        _mm256_storeu_si256((__m256i *)(slot + 32), _mm256_blend_epi32(rest, head, 0x03));
    }
}
#endif

// All times of a frame must be so near to each other that doubles hold their differences.
static int is_near(const struct clinux_frame *frame) {
    const int64_t far = 1ll << 50;
    int64_t age = frame->received_ns - frame->earliest_ns;
    return age > -far && age < far && frame->length_ns < (uint64_t)far;
}

int clinux_usual_reads(const struct clinux_frame *frame, uint64_t *heads, uint64_t *usual) {
    if (!has_avx2() || !is_near(frame)) return 0;
#if defined(__x86_64__)
    *usual = usual_avx2(frame, heads);
#endif
    return 1;
}

void clinux_write_reads(
    const struct clinux_frame *frame, const uint64_t *heads, const uint64_t *plates, const uint64_t *skeletons,
    uint32_t first, uint32_t count, void *slots) {
#if defined(__x86_64__)
    if (has_avx2()) write_avx2(frame, heads, plates, skeletons, first, count, slots);
#endif
}
