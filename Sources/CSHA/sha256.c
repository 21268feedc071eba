#include "internal.h"

#if CSHA_X86

/// The eight words of a running SHA-256, in the order that the processor's rounds want: a, b, e, f from the top lane down.
typedef struct {
    __m128i abef, cdgh;
} sha256_state;

// FIPS 180-4, 4.2.2.
static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// Four words of the message schedule from the sixteen before them (FIPS 180-4, 6.2.2 step 1).
#define SCHEDULE(m, g)                                                                                             \
    m[(g) & 3] = _mm_sha256msg2_epu32(                                                                             \
        _mm_add_epi32(                                                                                             \
            _mm_sha256msg1_epu32(m[(g) & 3], m[((g) + 1) & 3]),                                                    \
            _mm_alignr_epi8(m[((g) + 3) & 3], m[((g) + 2) & 3], 4)),                                               \
        m[((g) + 3) & 3])

// Rounds 4g ... 4g+3.
#define ROUNDS(s, m, g)                                                                                            \
    do {                                                                                                           \
        const __m128i k_ = _mm_load_si128((const __m128i *)constants + (g));                                       \
        const __m128i w_ = _mm_add_epi32(m[(g) & 3], k_);                                                          \
        s.cdgh = _mm_sha256rnds2_epu32(s.cdgh, s.abef, w_);                                                        \
        s.abef = _mm_sha256rnds2_epu32(s.abef, s.cdgh, _mm_shuffle_epi32(w_, 0x0e));                               \
    } while (0)

#define LOAD(m, p)                                                                                                 \
    do {                                                                                                           \
        for (int i_ = 0; i_ < 4; i_++)                                                                             \
            m[i_] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p) + i_), word_order);                      \
    } while (0)

#define FINISH(s, start)                                                                                           \
    do {                                                                                                           \
        s.abef = _mm_add_epi32(s.abef, start.abef);                                                                \
        s.cdgh = _mm_add_epi32(s.cdgh, start.cdgh);                                                                \
    } while (0)

#define WORD_ORDER_MASK _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203)
#define BYTE_ORDER_MASK _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f)

CSHA_TARGET static void run(sha256_state *state, const uint8_t *bytes, size_t blocks) {
    const __m128i word_order = WORD_ORDER_MASK;
    sha256_state s = *state;
    for (; blocks > 0; blocks--, bytes += 64) {
        const sha256_state start = s;
        __m128i m[4];
        LOAD(m, bytes);
#define STEP(g)                                                                                                    \
        do {                                                                                                       \
            if ((g) >= 4) SCHEDULE(m, g);                                                                          \
            ROUNDS(s, m, g);                                                                                       \
        } while (0)
        STEP(0); STEP(1); STEP(2); STEP(3); STEP(4); STEP(5); STEP(6); STEP(7);
        STEP(8); STEP(9); STEP(10); STEP(11); STEP(12); STEP(13); STEP(14); STEP(15);
#undef STEP
        FINISH(s, start);
    }
    *state = s;
}

CSHA_TARGET static void run_pair(
    sha256_state *state_a, const uint8_t *bytes_a, sha256_state *state_b, const uint8_t *bytes_b, size_t blocks
) {
    const __m128i word_order = WORD_ORDER_MASK;
    sha256_state a = *state_a, b = *state_b;
    for (; blocks > 0; blocks--, bytes_a += 64, bytes_b += 64) {
        const sha256_state start_a = a, start_b = b;
        __m128i ma[4], mb[4];
        LOAD(ma, bytes_a);
        LOAD(mb, bytes_b);
#define STEP(g)                                                                                                    \
        do {                                                                                                       \
            if ((g) >= 4) {                                                                                        \
                SCHEDULE(ma, g);                                                                                   \
                SCHEDULE(mb, g);                                                                                   \
            }                                                                                                      \
            ROUNDS(a, ma, g);                                                                                      \
            ROUNDS(b, mb, g);                                                                                      \
        } while (0)
        STEP(0); STEP(1); STEP(2); STEP(3); STEP(4); STEP(5); STEP(6); STEP(7);
        STEP(8); STEP(9); STEP(10); STEP(11); STEP(12); STEP(13); STEP(14); STEP(15);
#undef STEP
        FINISH(a, start_a);
        FINISH(b, start_b);
    }
    *state_a = a;
    *state_b = b;
}

CSHA_TARGET static sha256_state initial(void) {
    return (sha256_state){
        .abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c),
        .cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19),
    };
}

CSHA_TARGET static void store(sha256_state s, void *digest) {
    const __m128i abcd = _mm_unpackhi_epi64(s.cdgh, s.abef), efgh = _mm_unpacklo_epi64(s.cdgh, s.abef);
    _mm_storeu_si128((__m128i *)digest, _mm_shuffle_epi8(abcd, BYTE_ORDER_MASK));
    _mm_storeu_si128((__m128i *)digest + 1, _mm_shuffle_epi8(efgh, BYTE_ORDER_MASK));
}

CSHA_TARGET bool csha256(const void *bytes, size_t length, void *digest) {
    if (!csha_is_available()) return false;
    sha256_state s = initial();
    const csha_tail tail = csha_make_tail(bytes, length, length);
    run(&s, bytes, length / 64);
    run(&s, tail.bytes, tail.blocks);
    store(s, digest);
    return true;
}

// Together as far as both go, then the longer one alone.
CSHA_TARGET static void run_both(
    sha256_state *a, const uint8_t *bytes_a, size_t blocks_a, sha256_state *b, const uint8_t *bytes_b, size_t blocks_b
) {
    const size_t common = blocks_a < blocks_b ? blocks_a : blocks_b;
    run_pair(a, bytes_a, b, bytes_b, common);
    run(a, bytes_a + common * 64, blocks_a - common);
    run(b, bytes_b + common * 64, blocks_b - common);
}

CSHA_TARGET bool csha256_pair(
    const void *bytes_a, size_t length_a, void *digest_a,
    const void *bytes_b, size_t length_b, void *digest_b
) {
    if (!csha_is_available()) return false;
    sha256_state a = initial(), b = initial();
    const csha_tail tail_a = csha_make_tail(bytes_a, length_a, length_a);
    const csha_tail tail_b = csha_make_tail(bytes_b, length_b, length_b);
    run_both(&a, bytes_a, length_a / 64, &b, bytes_b, length_b / 64);
    run_both(&a, tail_a.bytes, tail_a.blocks, &b, tail_b.bytes, tail_b.blocks);
    store(a, digest_a);
    store(b, digest_b);
    return true;
}

#else

bool csha256(const void *bytes, size_t length, void *digest) {
    (void)bytes, (void)length, (void)digest;
    return false;
}

bool csha256_pair(
    const void *bytes_a, size_t length_a, void *digest_a,
    const void *bytes_b, size_t length_b, void *digest_b
) {
    (void)bytes_a, (void)length_a, (void)digest_a, (void)bytes_b, (void)length_b, (void)digest_b;
    return false;
}

#endif
