// Texts to plates, a text in each lane of sixteen bytes. With AVX-512 a byte is looked up in a register (VBMI), and
// bytes are pushed together (VBMI2); with AVX2 both are made of look-ups in sixteen bytes. Elsewhere nothing is done,
// and the caller's own way is taken for every text.
#include "clinux.h"
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

// Twelve symbols s of base 37, the first the most significant: pairs 37 s0 + s1, fours, then eight and twelve.
__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512vbmi,avx512vbmi2,bmi,popcnt")))
static uint64_t plates_vbmi(
    const struct clinux_symbols *symbols, const void *texts, size_t stride, uint32_t count, uint64_t *plates,
    uint64_t *skeletons) {
    const __m512i low = _mm512_loadu_si512(symbols->of_byte), high = _mm512_loadu_si512(symbols->of_byte + 64);
    const __m512i folded = _mm512_loadu_si512(symbols->folded);
    const __m256i pairs = _mm256_set1_epi16(37 | 1 << 8);
    const __m256i fours = _mm256_set1_epi32(37 * 37 | 1 << 16);
    const __m256i eights = _mm256_set1_epi64x(37 * 37 * 37 * 37);
    uint64_t done = 0;
    for (uint32_t i = 0; i < count; i++) {
        __m128i text = _mm_loadu_si128((const __m128i *)((const char *)texts + i * stride));
        __m128i bytes = _mm512_castsi512_si128(_mm512_permutex2var_epi8(low, _mm512_castsi128_si512(text), high));
        // A byte past ASCII, or one that the table does not know.
        uint32_t odd = _mm_movepi8_mask(_mm_or_si128(text, bytes));
        // Zeros stand at the end only: what is not zero is a run of ones from bit 0 on.
        uint32_t filled = _mm_test_epi8_mask(text, text);
        uint32_t kept = _mm_test_epi8_mask(bytes, bytes);
        uint32_t n = (uint32_t)__builtin_popcount(kept);
        if (odd == 0 && (filled & (filled + 1)) == 0 && n - 1 < 12) done |= 1ull << i;
        __m128i plate = _mm_maskz_compress_epi8((__mmask16)kept, bytes);
        __m128i skeleton = _mm512_castsi512_si128(_mm512_permutexvar_epi8(_mm512_castsi128_si512(plate), folded));
        __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(plate), skeleton, 1);
        __m256i by_four = _mm256_madd_epi16(_mm256_maddubs_epi16(both, pairs), fours);
        __m256i first = _mm256_add_epi64(_mm256_mul_epu32(by_four, eights), _mm256_srli_epi64(by_four, 32));
        __m256i third = _mm256_and_si256(_mm256_unpackhi_epi64(by_four, by_four), _mm256_set1_epi64x(0xffffffff));
        __m256i words = _mm256_add_epi64(_mm256_mullo_epi64(first, eights), third);
        _mm_storel_epi64((__m128i *)&plates[i], _mm256_castsi256_si128(words));
        _mm_storel_epi64((__m128i *)&skeletons[i], _mm256_extracti128_si256(words, 1));
    }
    return done;
}

// Bytes of a half to be kept, as bits, to where they come from, in order; past them 128: a zero.
static uint8_t pushed[256][8];

static void fill_pushed(void) {
    for (int kept = 0; kept < 256; kept++) {
        int n = 0;
        for (int i = 0; i < 8; i++) {
            if (kept >> i & 1) pushed[kept][n++] = (uint8_t)i;
        }
        while (n < 8) pushed[kept][n++] = 0x80;
    }
}

// Bytes that stand in [16 k, 16 k + 16) looked up in a table of sixteen, zero for the others.
#define LOOKED_UP(table, bytes, k)                                                                                     \
    _mm256_shuffle_epi8(                                                                                               \
        table, _mm256_adds_epu8(_mm256_sub_epi8(bytes, _mm256_set1_epi8((char)(16 * (k)))), _mm256_set1_epi8(0x70)))

#define SIXTEEN(from) _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(from)))

// What is kept of a text, pushed together, sixteen bytes at `to`. Returns how much that is.
__attribute__((always_inline, target("avx2,popcnt"))) static inline uint32_t push_together(
    __m128i bytes, uint32_t kept, uint8_t *to) {
    __m128i low = _mm_loadl_epi64((const __m128i *)pushed[kept & 0xff]);
    __m128i high = _mm_loadl_epi64((const __m128i *)pushed[kept >> 8]);
    __m128i halves = _mm_shuffle_epi8(
        bytes, _mm_unpacklo_epi64(low, _mm_add_epi8(high, _mm_set1_epi8(8))));
    uint32_t first = (uint32_t)__builtin_popcount(kept & 0xff);
    _mm_storeu_si128((__m128i *)to, _mm_setzero_si128());
    _mm_storel_epi64((__m128i *)to, halves);
    _mm_storel_epi64((__m128i *)(to + first), _mm_unpackhi_epi64(halves, halves));
    return first + (uint32_t)__builtin_popcount(kept >> 8);
}

// Twelve symbols of each half to a word of base 37: f0, f1, f2 of four symbols each, f0 37^8 + f1 37^4 + f2.
__attribute__((always_inline, target("avx2"))) static inline __m256i words_of(__m256i symbols) {
    const __m256i pairs = _mm256_set1_epi16(37 | 1 << 8);
    const __m256i fours = _mm256_set1_epi32(37 * 37 | 1 << 16);
    const uint64_t four = 37 * 37 * 37 * 37, eight = four * four;
    __m256i by_four = _mm256_madd_epi16(_mm256_maddubs_epi16(symbols, pairs), fours);
    __m256i low = _mm256_mul_epu32(by_four, _mm256_set1_epi64x((long long)(eight & 0xffffffff)));
    __m256i high = _mm256_slli_epi64(_mm256_mul_epu32(by_four, _mm256_set1_epi64x((long long)(eight >> 32))), 32);
    __m256i second = _mm256_mul_epu32(_mm256_srli_epi64(by_four, 32), _mm256_set1_epi64x((long long)four));
    __m256i third = _mm256_and_si256(_mm256_unpackhi_epi64(by_four, by_four), _mm256_set1_epi64x(0xffffffff));
    return _mm256_add_epi64(_mm256_add_epi64(low, high), _mm256_add_epi64(second, third));
}

// WHY two turns: bytes that were written in two pieces can be read as one only once they are in the cache.
__attribute__((target("avx2,popcnt")))
static uint64_t plates_avx2(
    const struct clinux_symbols *symbols, const void *texts, size_t stride, uint32_t count, uint64_t *plates,
    uint64_t *skeletons) {
    uint8_t together[64 + 1][16];
    uint64_t done = 0;
    __m256i of_byte[6], folded[3];
    for (int k = 0; k < 6; k++) of_byte[k] = SIXTEEN(symbols->of_byte + 16 * (k + 2));
    for (int k = 0; k < 3; k++) folded[k] = SIXTEEN(symbols->folded + 16 * k);
    const __m256i zero = _mm256_setzero_si256();
    for (uint32_t i = 0; i < count; i += 2) {
        const char *one = (const char *)texts + i * stride;
        const char *other = i + 1 < count ? one + stride : one;
        __m256i text = _mm256_inserti128_si256(
            _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)one)), _mm_loadu_si128((const __m128i *)other), 1);
        __m256i bytes = LOOKED_UP(of_byte[0], text, 2);
        for (int k = 1; k < 6; k++) bytes = _mm256_or_si256(bytes, LOOKED_UP(of_byte[k], text, k + 2));
        __m256i empty = _mm256_cmpeq_epi8(text, zero);
        // A byte past ASCII, one below the blank that is no zero, or one that the table does not know.
        __m256i low = _mm256_andnot_si256(empty, _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), text));
        uint32_t odd = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(low, bytes));
        uint32_t filled = ~(uint32_t)_mm256_movemask_epi8(empty);
        uint32_t kept = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, zero));
        uint32_t n[2] = {
            push_together(_mm256_castsi256_si128(bytes), kept & 0xffff, together[i]),
            push_together(_mm256_extracti128_si256(bytes, 1), kept >> 16, together[i + 1])};
        for (uint32_t half = 0; half < 2; half++) {
            // Zeros stand at the end only: what is not zero is a run of ones from bit 0 on.
            uint32_t run = filled >> 16 * half & 0xffff;
            uint64_t plain = (odd >> 16 * half & 0xffff) == 0 && (run & (run + 1)) == 0 && n[half] - 1 < 12;
            done |= plain << ((i + half) & 63);
        }
    }
    for (uint32_t i = 0; i < count; i += 2) {
        __m256i plate = _mm256_loadu_si256((const __m256i *)together[i]);
        __m256i skeleton = LOOKED_UP(folded[0], plate, 0);
        for (int k = 1; k < 3; k++) skeleton = _mm256_or_si256(skeleton, LOOKED_UP(folded[k], plate, k));
        __m256i words = words_of(plate), folds = words_of(skeleton);
        // SAFE: the caller has room for an even count.
        plates[i] = (uint64_t)_mm256_extract_epi64(words, 0), plates[i + 1] = (uint64_t)_mm256_extract_epi64(words, 2);
        skeletons[i] = (uint64_t)_mm256_extract_epi64(folds, 0);
        skeletons[i + 1] = (uint64_t)_mm256_extract_epi64(folds, 2);
    }
    return count < 64 ? done & ((1ull << count) - 1) : done;
}
#endif

static int has_vbmi, has_avx2;

__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    has_vbmi = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
    has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
    fill_pushed();
#endif
}

uint64_t clinux_plates(
    const struct clinux_symbols *symbols, const void *texts, size_t stride, uint32_t count, uint64_t *plates,
    uint64_t *skeletons) {
#if defined(__x86_64__)
    if (has_vbmi) return plates_vbmi(symbols, texts, stride, count, plates, skeletons);
    if (has_avx2) return plates_avx2(symbols, texts, stride, count, plates, skeletons);
#endif
    return 0;
}
