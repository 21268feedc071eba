#pragma once

#include "CSHA.h"

#if defined(__x86_64__) || defined(__i386__)
#define CSHA_X86 1
#include <immintrin.h>
#define CSHA_TARGET __attribute__((target("sha,sse4.1,ssse3")))
#else
#define CSHA_X86 0
#endif

/// The last one or two blocks of a message: its remaining bytes, a one bit, zeros, and the length in bits.
typedef struct {
    uint8_t bytes[128];
    size_t blocks;
} csha_tail;

/// Both hash functions close a message of `total` bytes, of which `length` are left, in the same way (FIPS 180-4, 5.1.1).
static inline csha_tail csha_make_tail(const uint8_t *bytes, size_t length, uint64_t total) {
    csha_tail tail = {.bytes = {0}};
    const size_t rest = length % 64;
    const uint8_t *end = bytes + (length - rest);
    for (size_t i = 0; i < rest; i++) tail.bytes[i] = end[i];
    tail.bytes[rest] = 0x80;
    // Eight bytes of length and the one bit must still fit behind the rest.
    tail.blocks = rest < 56 ? 1 : 2;
    const uint64_t bits = total << 3;
    for (int i = 0; i < 8; i++) tail.bytes[tail.blocks * 64 - 1 - i] = (uint8_t)(bits >> (8 * i));
    return tail;
}
