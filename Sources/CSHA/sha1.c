#include "internal.h"

#include <string.h>

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

CSHA_TARGET static void store(sha1_state s, void *digest) {
    _mm_storeu_si128((__m128i *)digest, _mm_shuffle_epi8(s.abcd, BYTE_ORDER_MASK));
    const uint32_t e = (uint32_t)_mm_extract_epi32(s.e, 3);
    for (int i = 0; i < 4; i++) ((uint8_t *)digest)[16 + i] = (uint8_t)(e >> (24 - 8 * i));
}

_Static_assert(sizeof(sha1_state) == sizeof(csha1_state), "the public state holds the private one");

CSHA_TARGET static sha1_state from_public(const csha1_state *state) {
    sha1_state s;
    memcpy(&s, state, sizeof s);
    return s;
}

CSHA_TARGET static void to_public(sha1_state s, csha1_state *state) {
    memcpy(state, &s, sizeof s);
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

CSHA_TARGET bool csha1_begin(csha1_state *state) {
    if (!csha_is_available()) return false;
    to_public(initial(), state);
    return true;
}

CSHA_TARGET bool csha1_add(csha1_state *state, const void *bytes, size_t blocks) {
    if (!csha_is_available()) return false;
    sha1_state s = from_public(state);
    run(&s, bytes, blocks);
    to_public(s, state);
    return true;
}

CSHA_TARGET bool csha1_add_pair(
    csha1_state *state_a, const void *bytes_a, csha1_state *state_b, const void *bytes_b, size_t blocks
) {
    if (!csha_is_available()) return false;
    sha1_state a = from_public(state_a), b = from_public(state_b);
    run_pair(&a, bytes_a, &b, bytes_b, blocks);
    to_public(a, state_a);
    to_public(b, state_b);
    return true;
}

CSHA_TARGET bool csha1_end(csha1_state *state, const void *bytes, size_t length, uint64_t total, void *digest) {
    if (!csha_is_available()) return false;
    sha1_state s = from_public(state);
    const csha_tail tail = csha_make_tail(bytes, length, total);
    run(&s, bytes, length / 64);
    run(&s, tail.bytes, tail.blocks);
    store(s, digest);
    return true;
}

CSHA_TARGET bool csha1_end_pair(
    csha1_state *state_a, const void *bytes_a, size_t length_a, uint64_t total_a, void *digest_a,
    csha1_state *state_b, const void *bytes_b, size_t length_b, uint64_t total_b, void *digest_b
) {
    if (!csha_is_available()) return false;
    sha1_state a = from_public(state_a), b = from_public(state_b);
    const csha_tail tail_a = csha_make_tail(bytes_a, length_a, total_a);
    const csha_tail tail_b = csha_make_tail(bytes_b, length_b, total_b);
    run_both(&a, bytes_a, length_a / 64, &b, bytes_b, length_b / 64);
    run_both(&a, tail_a.bytes, tail_a.blocks, &b, tail_b.bytes, tail_b.blocks);
    store(a, digest_a);
    store(b, digest_b);
    return true;
}

#else

bool csha1_begin(csha1_state *state) {
    (void)state;
    return false;
}

bool csha1_add(csha1_state *state, const void *bytes, size_t blocks) {
    (void)state, (void)bytes, (void)blocks;
    return false;
}

bool csha1_add_pair(csha1_state *a, const void *bytes_a, csha1_state *b, const void *bytes_b, size_t blocks) {
    (void)a, (void)bytes_a, (void)b, (void)bytes_b, (void)blocks;
    return false;
}

bool csha1_end(csha1_state *state, const void *bytes, size_t length, uint64_t total, void *digest) {
    (void)state, (void)bytes, (void)length, (void)total, (void)digest;
    return false;
}

bool csha1_end_pair(
    csha1_state *a, const void *bytes_a, size_t length_a, uint64_t total_a, void *digest_a,
    csha1_state *b, const void *bytes_b, size_t length_b, uint64_t total_b, void *digest_b
) {
    (void)a, (void)bytes_a, (void)length_a, (void)total_a, (void)digest_a;
    (void)b, (void)bytes_b, (void)length_b, (void)total_b, (void)digest_b;
    return false;
}

#endif

bool csha1(const void *bytes, size_t length, void *digest) {
    csha1_state state;
    return csha1_begin(&state) && csha1_end(&state, bytes, length, length, digest);
}

bool csha1_pair(
    const void *bytes_a, size_t length_a, void *digest_a,
    const void *bytes_b, size_t length_b, void *digest_b
) {
    csha1_state a, b;
    return csha1_begin(&a) && csha1_begin(&b)
        && csha1_end_pair(&a, bytes_a, length_a, length_a, digest_a, &b, bytes_b, length_b, length_b, digest_b);
}
