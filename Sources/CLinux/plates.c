// Texts to plates, a text in each lane of sixteen bytes. With AVX-512 a byte is looked up in a register (VBMI), and
// bytes are pushed together (VBMI2); with AVX2 symbols are reckoned, and bytes are pushed together by two look-ups.
// Elsewhere nothing is done, and the caller's own way is taken for every text.
#include "clinux.h"
#include "machine.h"
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

// What pushes together the bytes of a text that are kept, in two shuffles. By the bits of those that are left out of a
// half: where the first half's others come from, at its end, and the second half's, at its beginning; 128, a zero, for
// the rest. Then sixteen of `left` from n on: everything n bytes to the left.
static struct {
    uint8_t first[256][8], second[256][8], left[24];
} pushes;

static void fill_pushes(void) {
    memset(&pushes, 0x80, sizeof pushes);
    for (int i = 0; i < 16; i++) pushes.left[i] = (uint8_t)i;
    for (int out = 0; out < 256; out++) {
        int first = __builtin_popcount((unsigned)out), second = 0;
        for (int i = 0; i < 8; i++) {
            if (out >> i & 1) continue;
            pushes.first[out][first++] = (uint8_t)i;
            pushes.second[out][second++] = (uint8_t)(8 + i);
        }
    }
}

#define INLINED __attribute__((always_inline, target("avx2,popcnt"))) static inline

#define BYTES(byte) _mm256_set1_epi8((char)(byte))
// Sixteen bytes, in each half.
#define SIXTEEN(...) _mm256_broadcastsi128_si256(_mm_setr_epi8(__VA_ARGS__))

INLINED __m256i halves(const void *low, const void *high) {
    return _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)low)), _mm_loadu_si128((const __m128i *)high), 1);
}

INLINED __m128i eights(const void *low, const void *high) {
    return _mm_castpd_si128(_mm_loadh_pd(_mm_load_sd((const double *)low), (const double *)high));
}

// Digits and letters of either case to symbols, other bytes to zero.
// WHY not by the table: that takes six look-ups of sixteen bytes. `of_byte` must say the same of these, and of the
// separators below; what it knows beyond them is left to the caller.
INLINED __m256i symbols_of(__m256i text) {
    // Moved up until '9' is 255: what comes after has gone round, and what comes before '0' the subtraction makes zero.
    __m256i digits = _mm256_subs_epu8(_mm256_add_epi8(text, BYTES(255 - '9')), BYTES(255 - 10));
    // The same with 'z' and 127, the highest signed byte.
    __m256i letters = _mm256_add_epi8(_mm256_or_si256(text, BYTES(0x20)), BYTES(127 - 'z'));
    __m256i is_letter = _mm256_cmpgt_epi8(letters, BYTES(127 - 26));
    return _mm256_blendv_epi8(digits, _mm256_sub_epi8(letters, BYTES(127 - 36)), is_letter);
}

// The symbols of each text, pushed together; `none` is set where there is none.
INLINED __m256i pushed_together(__m256i symbols, __m256i none) {
    uint32_t out = (uint32_t)_mm256_movemask_epi8(none);
    uint32_t one = out & 0xff, other = out >> 16 & 0xff;
    __m128i inwards = eights(pushes.first[one], pushes.second[out >> 8 & 0xff]);
    __m128i inwards_other = eights(pushes.first[other], pushes.second[out >> 24]);
    __m256i left = halves(pushes.left + __builtin_popcount(one), pushes.left + __builtin_popcount(other));
    return _mm256_shuffle_epi8(
        _mm256_shuffle_epi8(symbols, _mm256_inserti128_si256(_mm256_castsi128_si256(inwards), inwards_other, 1)), left);
}

// Sixteen bits of each text, zero where it is done here.
INLINED uint32_t odd_of(__m256i text, __m256i none, __m256i pushed) {
    // At the place that its low four bits say; '_' would be in the place of '/'.
    const __m256i separators = SIXTEEN(' ', 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', 0, '|', '-', '.', '/');
    __m256i left_out = _mm256_or_si256(
        _mm256_cmpeq_epi8(_mm256_shuffle_epi8(separators, text), text), _mm256_cmpeq_epi8(text, BYTES('_')));
    __m256i empty = _mm256_cmpeq_epi8(text, _mm256_setzero_si256());
    __m256i unknown = _mm256_andnot_si256(_mm256_or_si256(left_out, empty), none);
    // Zeros stand at the end only.
    __m256i gap = _mm256_andnot_si256(empty, _mm256_bslli_epi128(empty, 1));
    // Negative where the first symbol is missing, or there is a thirteenth.
    const __m256i most = SIXTEEN(-128, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 0, 0, 0, 0);
    __m256i miscounted = _mm256_sub_epi8(most, pushed);
    return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(unknown, gap), miscounted));
}

// Two texts at a time: what is kept of them, and where they are odd.
// WHY not inlined: called for the pairs, and with a stride of 0 for the last of an odd count.
__attribute__((noinline, target("avx2,popcnt"))) static void read_texts(
    const char *texts, size_t stride, size_t pairs, __m256i *kept, uint32_t *odd) {
    for (size_t i = 0; i < pairs; i++, texts += 2 * stride) {
        __m256i text = halves(texts, texts + stride);
        __m256i symbols = symbols_of(text);
        __m256i none = _mm256_cmpeq_epi8(symbols, _mm256_setzero_si256());
        kept[i] = pushed_together(symbols, none);
        odd[i] = odd_of(text, none, kept[i]);
    }
}

INLINED __m256i folded_of(const __m256i tables[3], __m256i symbols) {
    __m256i below = _mm256_blendv_epi8(
        _mm256_shuffle_epi8(tables[0], symbols), _mm256_shuffle_epi8(tables[1], symbols),
        _mm256_cmpgt_epi8(symbols, BYTES(15)));
    return _mm256_blendv_epi8(below, _mm256_shuffle_epi8(tables[2], symbols), _mm256_cmpgt_epi8(symbols, BYTES(31)));
}

// Each four symbols to a number of base 37.
INLINED __m256i fours_of(__m256i symbols) {
    const __m256i pairs = _mm256_set1_epi16(37 | 1 << 8);
    const __m256i fours = _mm256_set1_epi32(37 * 37 | 1 << 16);
    return _mm256_madd_epi16(_mm256_maddubs_epi16(symbols, pairs), fours);
}

// Each eight symbols, the first of twelve: f0 and f1 of four symbols each, f0 37^8 + f1 37^4.
INLINED __m256i eights_of(__m256i symbols) {
    const uint64_t four = 37 * 37 * 37 * 37, eight = four * four;
    __m256i fours = fours_of(symbols), swapped = _mm256_shuffle_epi32(fours, 0xb1);
    __m256i low = _mm256_mul_epu32(fours, _mm256_set1_epi64x((long long)(eight & 0xffffffff)));
    __m256i high = _mm256_mullo_epi32(swapped, _mm256_set1_epi64x((long long)(eight >> 32 << 32)));
    __m256i second = _mm256_mul_epu32(swapped, _mm256_set1_epi64x((long long)four));
    return _mm256_add_epi64(_mm256_add_epi64(low, high), second);
}

// Four texts at a time; most have no more than eight symbols.
INLINED void write_words(
    const struct clinux_symbols *symbols, const __m256i *kept, size_t count, uint64_t *plates, uint64_t *skeletons) {
    const __m256i past_eight = _mm256_set_epi64x(-1, 0, -1, 0);
    __m256i folded[3];
    for (int k = 0; k < 3; k++) {
        folded[k] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(symbols->folded + 16 * k)));
    }
    for (size_t i = 0; i < count; i += 4) {
        __m256i two = kept[i / 2], others = kept[i / 2 + 1];
        __m256i first = _mm256_permute4x64_epi64(_mm256_unpacklo_epi64(two, others), 0xd8);
        __m256i words = eights_of(first), folds = eights_of(folded_of(folded, first));
        if (__builtin_expect(!_mm256_testz_si256(_mm256_or_si256(two, others), past_eight), 0)) {
            __m256i rest = _mm256_permute4x64_epi64(_mm256_unpackhi_epi64(two, others), 0xd8);
            words = _mm256_add_epi64(words, fours_of(rest));  // no thirteenth: the upper halves are zero
            folds = _mm256_add_epi64(folds, fours_of(folded_of(folded, rest)));
        }
        // SAFE: the caller has room for an even count.
        if (count - i > 2) {
            _mm256_storeu_si256((__m256i *)&plates[i], words);
            _mm256_storeu_si256((__m256i *)&skeletons[i], folds);
        } else {
            _mm_storeu_si128((__m128i *)&plates[i], _mm256_castsi256_si128(words));
            _mm_storeu_si128((__m128i *)&skeletons[i], _mm256_castsi256_si128(folds));
        }
    }
}

// A bit for each of 32 texts whose sixteen bits are zero.
INLINED uint32_t plain_of(const uint32_t odd[16]) {
    const __m256i zero = _mm256_setzero_si256();
    __m256i low = _mm256_cmpeq_epi16(_mm256_loadu_si256((const __m256i *)odd), zero);
    __m256i high = _mm256_cmpeq_epi16(_mm256_loadu_si256((const __m256i *)(odd + 8)), zero);
    return (uint32_t)_mm256_movemask_epi8(_mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0xd8));
}

// WHY two turns: the machine looks only so many steps ahead; where a text has half of them it works on twice as many.
__attribute__((target("avx2,popcnt")))
static uint64_t plates_avx2(
    const struct clinux_symbols *symbols, const void *texts, size_t stride, uint32_t count, uint64_t *plates,
    uint64_t *skeletons) {
    __m256i kept[32 + 1];
    uint32_t odd[32] = {0};
    size_t pairs = count / 2;
    read_texts(texts, stride, pairs, kept, odd);
    if (count % 2) read_texts((const char *)texts + (count - 1) * stride, 0, 1, kept + pairs, odd + pairs);
    kept[(count + 1) / 2] = _mm256_setzero_si256();  // makes a four of the last two
    write_words(symbols, kept, count, plates, skeletons);
    uint64_t done = (uint64_t)plain_of(odd + 16) << 32 | plain_of(odd);
    return count < 64 ? done & ((1ull << count) - 1) : done;
}
#endif

static int uses_vbmi, uses_avx2;

__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    uses_vbmi = has_avx512() && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
    uses_avx2 = has_avx2() && __builtin_cpu_supports("popcnt");
    fill_pushes();
#endif
}

uint64_t clinux_plates(
    const struct clinux_symbols *symbols, const void *texts, size_t stride, uint32_t count, uint64_t *plates,
    uint64_t *skeletons) {
#if defined(__x86_64__)
    if (uses_vbmi) return plates_vbmi(symbols, texts, stride, count, plates, skeletons);
    if (uses_avx2) return plates_avx2(symbols, texts, stride, count, plates, skeletons);
#endif
    return 0;
}
