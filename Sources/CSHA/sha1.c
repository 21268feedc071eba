#include "internal.h"

#if CSHA_X86

/// The five words of a running SHA-1: a, b, c, d from the top lane down, and e in the top lane.
typedef struct {
    __m128i abcd, e;
} sha1_state;

// Four words of the message schedule: W[t] = rotl(W[t-3] ^ W[t-8] ^ W[t-14] ^ W[t-16], 1), from the sixteen before them.
#define SCHEDULE(m, g)                                                                                             \
    m[(g) & 3] = _mm_sha1msg2_epu32(                                                                               \
        _mm_xor_si128(_mm_sha1msg1_epu32(m[(g) & 3], m[((g) + 1) & 3]), m[((g) + 2) & 3]), m[((g) + 3) & 3])

// Rounds 4g ... 4g+3. The e of this step comes from the a of the step before; `before` keeps that a for the next step.
#define ROUNDS(s, m, before, g)                                                                                    \
    do {                                                                                                           \
        const __m128i e_ = _mm_sha1nexte_epu32(before, m[(g) & 3]);                                                \
        before = s.abcd;                                                                                           \
        s.abcd = _mm_sha1rnds4_epu32(s.abcd, e_, (g) / 5);                                                         \
    } while (0)

// The first four rounds take e as it is, without the rotation that sha1nexte does.
#define FIRST_ROUNDS(s, m, before)                                                                                 \
    do {                                                                                                           \
        const __m128i e_ = _mm_add_epi32(s.e, m[0]);                                                               \
        before = s.abcd;                                                                                           \
        s.abcd = _mm_sha1rnds4_epu32(s.abcd, e_, 0);                                                               \
    } while (0)

#define LOAD(m, p)                                                                                                 \
    do {                                                                                                           \
        for (int i_ = 0; i_ < 4; i_++)                                                                             \
            m[i_] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p) + i_), byte_order);                      \
    } while (0)

#define FINISH(s, start, before)                                                                                   \
    do {                                                                                                           \
        s.e = _mm_sha1nexte_epu32(before, start.e);                                                                \
        s.abcd = _mm_add_epi32(s.abcd, start.abcd);                                                                \
    } while (0)

#define BYTE_ORDER_MASK _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f)

CSHA_TARGET static void run(sha1_state *state, const uint8_t *bytes, size_t blocks) {
    const __m128i byte_order = BYTE_ORDER_MASK;
    sha1_state s = *state;
    for (; blocks > 0; blocks--, bytes += 64) {
        const sha1_state start = s;
        __m128i m[4], before;
        LOAD(m, bytes);
        FIRST_ROUNDS(s, m, before);
#define STEP(g)                                                                                                    \
        do {                                                                                                       \
            if ((g) >= 4) SCHEDULE(m, g);                                                                          \
            ROUNDS(s, m, before, g);                                                                               \
        } while (0)
        STEP(1); STEP(2); STEP(3); STEP(4); STEP(5); STEP(6); STEP(7); STEP(8); STEP(9); STEP(10);
        STEP(11); STEP(12); STEP(13); STEP(14); STEP(15); STEP(16); STEP(17); STEP(18); STEP(19);
#undef STEP
        FINISH(s, start, before);
    }
    *state = s;
}

CSHA_TARGET static void run_pair(
    sha1_state *state_a, const uint8_t *bytes_a, sha1_state *state_b, const uint8_t *bytes_b, size_t blocks
) {
    const __m128i byte_order = BYTE_ORDER_MASK;
    sha1_state a = *state_a, b = *state_b;
    for (; blocks > 0; blocks--, bytes_a += 64, bytes_b += 64) {
        const sha1_state start_a = a, start_b = b;
        __m128i ma[4], mb[4], before_a, before_b;
        LOAD(ma, bytes_a);
        LOAD(mb, bytes_b);
        FIRST_ROUNDS(a, ma, before_a);
        FIRST_ROUNDS(b, mb, before_b);
#define STEP(g)                                                                                                    \
        do {                                                                                                       \
            if ((g) >= 4) {                                                                                        \
                SCHEDULE(ma, g);                                                                                   \
                SCHEDULE(mb, g);                                                                                   \
            }                                                                                                      \
            ROUNDS(a, ma, before_a, g);                                                                            \
            ROUNDS(b, mb, before_b, g);                                                                            \
        } while (0)
        STEP(1); STEP(2); STEP(3); STEP(4); STEP(5); STEP(6); STEP(7); STEP(8); STEP(9); STEP(10);
        STEP(11); STEP(12); STEP(13); STEP(14); STEP(15); STEP(16); STEP(17); STEP(18); STEP(19);
#undef STEP
        FINISH(a, start_a, before_a);
        FINISH(b, start_b, before_b);
    }
    *state_a = a;
    *state_b = b;
}

CSHA_TARGET static sha1_state initial(void) {
    return (sha1_state){
        .abcd = _mm_set_epi32(0x67452301, (int)0xefcdab89, (int)0x98badcfe, 0x10325476),
        .e = _mm_set_epi32((int)0xc3d2e1f0, 0, 0, 0),
    };
}

CSHA_TARGET static void store(sha1_state s, uint8_t *digest) {
    _mm_storeu_si128((__m128i *)digest, _mm_shuffle_epi8(s.abcd, BYTE_ORDER_MASK));
    const uint32_t e = (uint32_t)_mm_extract_epi32(s.e, 3);
    for (int i = 0; i < 4; i++) digest[16 + i] = (uint8_t)(e >> (24 - 8 * i));
}

CSHA_TARGET bool csha1(const void *bytes, size_t length, uint8_t *digest) {
    if (!csha_is_available()) return false;
    sha1_state s = initial();
    const csha_tail tail = csha_make_tail(bytes, length);
    run(&s, bytes, length / 64);
    run(&s, tail.bytes, tail.blocks);
    store(s, digest);
    return true;
}

// Together as far as both go, then the longer one alone.
CSHA_TARGET static void run_both(
    sha1_state *a, const uint8_t *bytes_a, size_t blocks_a, sha1_state *b, const uint8_t *bytes_b, size_t blocks_b
) {
    const size_t common = blocks_a < blocks_b ? blocks_a : blocks_b;
    run_pair(a, bytes_a, b, bytes_b, common);
    run(a, bytes_a + common * 64, blocks_a - common);
    run(b, bytes_b + common * 64, blocks_b - common);
}

CSHA_TARGET bool csha1_pair(
    const void *bytes_a, size_t length_a, uint8_t *digest_a,
    const void *bytes_b, size_t length_b, uint8_t *digest_b
) {
    if (!csha_is_available()) return false;
    sha1_state a = initial(), b = initial();
    const csha_tail tail_a = csha_make_tail(bytes_a, length_a), tail_b = csha_make_tail(bytes_b, length_b);
    run_both(&a, bytes_a, length_a / 64, &b, bytes_b, length_b / 64);
    run_both(&a, tail_a.bytes, tail_a.blocks, &b, tail_b.bytes, tail_b.blocks);
    store(a, digest_a);
    store(b, digest_b);
    return true;
}

#else

bool csha1(const void *bytes, size_t length, uint8_t *digest) {
    (void)bytes, (void)length, (void)digest;
    return false;
}

bool csha1_pair(
    const void *bytes_a, size_t length_a, uint8_t *digest_a,
    const void *bytes_b, size_t length_b, uint8_t *digest_b
) {
    (void)bytes_a, (void)length_a, (void)digest_a, (void)bytes_b, (void)length_b, (void)digest_b;
    return false;
}

#endif
