// Texts to plates, a text in each lane of sixteen bytes, where the machine can look a byte up in a register (AVX-512
// VBMI) and push bytes together (VBMI2). Elsewhere nothing is done, and the caller's own way is taken for every text.
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
#endif

static int has_vbmi;

__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    has_vbmi = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
#endif
}

uint64_t clinux_plates(
    const struct clinux_symbols *symbols, const void *texts, size_t stride, uint32_t count, uint64_t *plates,
    uint64_t *skeletons) {
#if defined(__x86_64__)
    if (has_vbmi) return plates_vbmi(symbols, texts, stride, count, plates, skeletons);
#endif
    return 0;
}
