// Sets of hashes, and the hashes of plates' beginnings, four side by side with AVX2. Elsewhere one by one, with the
// same results.
#include "clinux.h"
#include "machine.h"
#include <string.h>

// 37^6 and 37^2: what is left of a plate's word are its first six characters, of those its first four.
#define SIX 2565726409ull
#define TWO 1369u
// Odd, and the golden ratio of 2^32: the upper half of a product with it depends on all of a number below 2^32.
#define SPREAD 0x9e3779b1ull

static int may_hold(struct clinux_filter filter, uint64_t hash) {
    uint64_t bits = 1ull << (hash & 15) | 1ull << (16 + (hash >> 8 & 15)) | 1ull << (32 + (hash >> 16 & 15)) |
                    1ull << (48 + (hash >> 24 & 15));
    return (~filter.words[hash >> 32 & filter.mask] & bits) == 0;
}

static uint64_t may_hold_plain(struct clinux_filter filter, const uint64_t *hashes, uint32_t count) {
    uint64_t held = 0;
    for (uint32_t i = 0; i < count; i++) held |= (uint64_t)may_hold(filter, hashes[i]) << i;
    return held;
}

static void beginnings_plain(
    const char *plates, size_t stride, uint32_t count, uint64_t *sixes, uint64_t *fours) {
    for (uint32_t i = 0; i < count; i++, plates += stride) {
        uint64_t plate;
        memcpy(&plate, plates, sizeof plate);
        uint32_t six = (uint32_t)(plate / SIX);
        sixes[i] = six * SPREAD;
        if (fours) fours[i] = six / TWO * SPREAD;
    }
}

#if defined(__x86_64__)
#include <immintrin.h>
#define INLINED __attribute__((always_inline, target("avx2"))) static inline

INLINED __m256i four_words(const void *a, const void *b, const void *c, const void *d) {
    __m128d low = _mm_loadh_pd(_mm_load_sd(a), b), high = _mm_loadh_pd(_mm_load_sd(c), d);
    return _mm256_castpd_si256(_mm256_insertf128_pd(_mm256_castpd128_pd256(low), high, 1));
}

// In each quarter of each word the bit that the low half of a byte names: of its sixteen bits the low eight are looked
// up by the number, the high eight by what is left of it without eight.
INLINED __m256i bits_of(__m256i hashes) {
    const __m256i twice = _mm256_setr_epi8(
        0, 0, 1, 1, 2, 2, 3, 3, 8, 8, 9, 9, 10, 10, 11, 11, 0, 0, 1, 1, 2, 2, 3, 3, 8, 8, 9, 9, 10, 10, 11, 11);
    const __m256i bit = _mm256_setr_epi8(
        1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
    __m256i numbers = _mm256_and_si256(_mm256_shuffle_epi8(hashes, twice), _mm256_set1_epi8(15));
    return _mm256_shuffle_epi8(bit, _mm256_xor_si256(numbers, _mm256_set1_epi16(8 << 8)));
}

__attribute__((target("avx2")))
static uint64_t may_hold_avx2(struct clinux_filter filter, const uint64_t *hashes, uint32_t count) {
    const uint64_t *words = filter.words, mask = filter.mask;
    uint64_t held = 0;
    uint32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const uint64_t *four = hashes + i;
        __m256i bits = bits_of(_mm256_loadu_si256((const __m256i *)four));
        // WHY no gather: it is no faster where it is good, and slow elsewhere.
        __m256i found = four_words(
            words + (four[0] >> 32 & mask), words + (four[1] >> 32 & mask), words + (four[2] >> 32 & mask),
            words + (four[3] >> 32 & mask));
        __m256i none = _mm256_cmpeq_epi64(_mm256_andnot_si256(found, bits), _mm256_setzero_si256());
        held |= (uint64_t)_mm256_movemask_pd(_mm256_castsi256_pd(none)) << i;
    }
    return i < count ? held | may_hold_plain(filter, hashes + i, count - i) << i : held;
}

// Words below 2^63 divided by 37^6, exact; in the low halves, the upper ones hold anything. A product of doubles is off
// by less than one, and the remainder tells whether it is.
INLINED __m256i sixes_of(__m256i plates) {
    const __m256i magic = _mm256_set1_epi64x(0x4330000000000000);  // 2^52, whose last bit is worth one
    __m256d high = _mm256_sub_pd(
        _mm256_castsi256_pd(_mm256_or_si256(_mm256_srli_epi64(plates, 11), magic)), _mm256_castsi256_pd(magic));
    __m256d near = _mm256_mul_pd(high, _mm256_set1_pd(2048.0 / (double)SIX));
    __m256i rounded = _mm256_castpd_si256(_mm256_add_pd(near, _mm256_castsi256_pd(magic)));
    __m256i rest = _mm256_sub_epi64(plates, _mm256_mul_epu32(rounded, _mm256_set1_epi64x((long long)SIX)));
    return _mm256_add_epi64(rounded, _mm256_cmpgt_epi64(_mm256_setzero_si256(), rest));
}

// Low halves divided by 37^2: exact below 2^31.5, by 2^42 / 1369 rounded up.
INLINED __m256i fours_of(__m256i sixes) {
    const long long reciprocal = (1ll << 42) / TWO + 1;
    return _mm256_srli_epi64(_mm256_mul_epu32(sixes, _mm256_set1_epi64x(reciprocal)), 42);
}

__attribute__((target("avx2")))
static void beginnings_avx2(const char *plates, size_t stride, uint32_t count, uint64_t *sixes, uint64_t *fours) {
    const __m256i spread = _mm256_set1_epi64x(SPREAD);
    uint32_t i = 0;
    for (; i + 4 <= count; i += 4, plates += 4 * stride) {
        __m256i six = sixes_of(four_words(plates, plates + stride, plates + 2 * stride, plates + 3 * stride));
        _mm256_storeu_si256((__m256i *)(sixes + i), _mm256_mul_epu32(six, spread));
        if (fours) _mm256_storeu_si256((__m256i *)(fours + i), _mm256_mul_epu32(fours_of(six), spread));
    }
    if (i < count) beginnings_plain(plates, stride, count - i, sixes + i, fours ? fours + i : NULL);
}
#endif

uint64_t clinux_may_hold(struct clinux_filter filter, const uint64_t *hashes, uint32_t count) {
#if defined(__x86_64__)
    if (has_avx2()) return may_hold_avx2(filter, hashes, count);
#endif
    return may_hold_plain(filter, hashes, count);
}

void clinux_beginnings(const void *plates, size_t stride, uint32_t count, uint64_t *sixes, uint64_t *fours) {
#if defined(__x86_64__)
    if (has_avx2()) return beginnings_avx2(plates, stride, count, sixes, fours);
#endif
    beginnings_plain(plates, stride, count, sixes, fours);
}
