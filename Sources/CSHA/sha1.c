#include "internal.h"

#if CSHA_X86

#include <string.h>

/// The five words of a running SHA-1: a, b, c, d from the top element down, and e in the top element.
typedef struct {
    __m128i abcd, e;
} sha1_state;

_Static_assert(sizeof(sha1_state) == sizeof(csha1_state), "the public state holds the private one");

#define BYTE_ORDER_MASK _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f)
#define FOR_LANES for (int i = 0; i < n; i++)

// Four words of the message schedule: W[t] = rotl(W[t-3] ^ W[t-8] ^ W[t-14] ^ W[t-16], 1), from the sixteen before them.
#define SCHEDULE(g)                                                                                                \
    FOR_LANES m[i][(g) & 3] = _mm_sha1msg2_epu32(                                                                  \
        _mm_xor_si128(_mm_sha1msg1_epu32(m[i][(g) & 3], m[i][((g) + 1) & 3]), m[i][((g) + 2) & 3]),                \
        m[i][((g) + 3) & 3])

// Rounds 4g ... 4g+3. The e of this step comes from the a of the step before; `before` keeps that a for the next step.
#define ROUNDS(g)                                                                                                  \
    FOR_LANES {                                                                                                    \
        const __m128i e = _mm_sha1nexte_epu32(before[i], m[i][(g) & 3]);                                           \
        before[i] = s[i].abcd;                                                                                     \
        s[i].abcd = _mm_sha1rnds4_epu32(s[i].abcd, e, (g) / 5);                                                    \
    }

#define STEP(g)                                                                                                    \
    if ((g) >= 4) SCHEDULE(g);                                                                                     \
    ROUNDS(g)

/// Adds blocks to `n` messages side by side. `n` is a constant wherever this is inlined, so that the loops over the lanes
/// vanish and the arrays become registers.
CSHA_TARGET static inline __attribute__((always_inline)) void run(
    const int n, sha1_state *states, const uint8_t **bytes, size_t blocks
) {
    const __m128i byte_order = BYTE_ORDER_MASK;
    sha1_state s[csha1_max_lanes];
    FOR_LANES s[i] = states[i];
    for (size_t block = 0; block < blocks; block++) {
        sha1_state start[csha1_max_lanes];
        __m128i m[csha1_max_lanes][4], before[csha1_max_lanes];
        FOR_LANES {
            start[i] = s[i];
            const __m128i *words = (const __m128i *)(bytes[i] + 64 * block);
            for (int j = 0; j < 4; j++) m[i][j] = _mm_shuffle_epi8(_mm_loadu_si128(words + j), byte_order);
        }
        // The first four rounds take e as it is, without the rotation that sha1nexte does.
        FOR_LANES {
            before[i] = s[i].abcd;
            s[i].abcd = _mm_sha1rnds4_epu32(s[i].abcd, _mm_add_epi32(s[i].e, m[i][0]), 0);
        }
        STEP(1); STEP(2); STEP(3); STEP(4); STEP(5); STEP(6); STEP(7); STEP(8); STEP(9); STEP(10);
        STEP(11); STEP(12); STEP(13); STEP(14); STEP(15); STEP(16); STEP(17); STEP(18); STEP(19);
        FOR_LANES {
            s[i].e = _mm_sha1nexte_epu32(before[i], start[i].e);
            s[i].abcd = _mm_add_epi32(s[i].abcd, start[i].abcd);
        }
    }
    FOR_LANES states[i] = s[i];
}

CSHA_TARGET static void run_1(sha1_state *states, const uint8_t **bytes, size_t blocks) {
    run(1, states, bytes, blocks);
}

CSHA_TARGET static void run_2(sha1_state *states, const uint8_t **bytes, size_t blocks) {
    run(2, states, bytes, blocks);
}

CSHA_TARGET static void run_3(sha1_state *states, const uint8_t **bytes, size_t blocks) {
    run(3, states, bytes, blocks);
}

CSHA_TARGET static void run_4(sha1_state *states, const uint8_t **bytes, size_t blocks) {
    run(4, states, bytes, blocks);
}

/// Some messages with the blocks that are still to be added to each.
typedef struct {
    size_t count;
    sha1_state states[csha1_max_lanes];
    const uint8_t *bytes[csha1_max_lanes];
    size_t blocks[csha1_max_lanes];
} work;

/// All go together as far as the shortest goes, then the others as far as the next one goes, until nothing is left.
CSHA_TARGET static void run_all(work *all) {
    for (;;) {
        work part = {.count = 0};
        size_t lane[csha1_max_lanes], common = SIZE_MAX;
        for (size_t i = 0; i < all->count; i++) {
            if (all->blocks[i] == 0) continue;
            lane[part.count] = i;
            part.states[part.count] = all->states[i];
            part.bytes[part.count++] = all->bytes[i];
            if (all->blocks[i] < common) common = all->blocks[i];
        }
        switch (part.count) {
        case 0: return;
        case 1: run_1(part.states, part.bytes, common); break;
        case 2: run_2(part.states, part.bytes, common); break;
        case 3: run_3(part.states, part.bytes, common); break;
        default: run_4(part.states, part.bytes, common); break;
        }
        for (size_t i = 0; i < part.count; i++) {
            all->states[lane[i]] = part.states[i];
            all->bytes[lane[i]] += 64 * common;
            all->blocks[lane[i]] -= common;
        }
    }
}

CSHA_TARGET static work gather(const csha1_lane *lanes, size_t count) {
    work all = {.count = count};
    for (size_t i = 0; i < count; i++) {
        memcpy(&all.states[i], lanes[i].state, sizeof(sha1_state));
        all.bytes[i] = lanes[i].bytes;
        all.blocks[i] = lanes[i].length / 64;
    }
    return all;
}

CSHA_TARGET static void store(sha1_state s, uint8_t *digest) {
    _mm_storeu_si128((__m128i *)digest, _mm_shuffle_epi8(s.abcd, BYTE_ORDER_MASK));
    const uint32_t e = (uint32_t)_mm_extract_epi32(s.e, 3);
    for (int i = 0; i < 4; i++) digest[16 + i] = (uint8_t)(e >> (24 - 8 * i));
}

CSHA_TARGET bool csha1_begin(csha1_state *state) {
    if (!csha_is_available()) return false;
    const sha1_state initial = {
        .abcd = _mm_set_epi32(0x67452301, (int)0xefcdab89, (int)0x98badcfe, 0x10325476),
        .e = _mm_set_epi32((int)0xc3d2e1f0, 0, 0, 0),
    };
    memcpy(state, &initial, sizeof initial);
    return true;
}

CSHA_TARGET bool csha1_add(const csha1_lane *lanes, size_t count) {
    if (!csha_is_available() || count > csha1_max_lanes) return false;
    work all = gather(lanes, count);
    run_all(&all);
    for (size_t i = 0; i < count; i++) memcpy(lanes[i].state, &all.states[i], sizeof(sha1_state));
    return true;
}

CSHA_TARGET bool csha1_end(const csha1_lane *lanes, size_t count) {
    if (!csha_is_available() || count > csha1_max_lanes) return false;
    work all = gather(lanes, count);
    run_all(&all);
    csha_tail tails[csha1_max_lanes];
    for (size_t i = 0; i < count; i++) {
        tails[i] = csha_make_tail(lanes[i].bytes, lanes[i].length, lanes[i].total);
        all.bytes[i] = tails[i].bytes;
        all.blocks[i] = tails[i].blocks;
    }
    run_all(&all);
    for (size_t i = 0; i < count; i++) store(all.states[i], lanes[i].digest);
    return true;
}

#else

bool csha1_begin(csha1_state *state) {
    (void)state;
    return false;
}

bool csha1_add(const csha1_lane *lanes, size_t count) {
    (void)lanes, (void)count;
    return false;
}

bool csha1_end(const csha1_lane *lanes, size_t count) {
    (void)lanes, (void)count;
    return false;
}

#endif
