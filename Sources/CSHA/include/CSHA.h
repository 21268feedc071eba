#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// SHA-1 and SHA-256 (FIPS 180-4) on the SHA unit of x86 processors, one stream or two side by side.
//
// One stream keeps the unit waiting for its own last round; two independent streams, interleaved round by round, keep it
// busy and take about 0.6 of the time of one after the other. Pieces of a torrent come in plenty, so they are hashed in pairs.
//
// Every function returns false, and writes nothing, where the processor has no such unit; the caller then uses another
// implementation. All are thread-safe and allocate nothing.

/// Whether this processor has what the functions below need. The answer never changes while the program runs.
bool csha_is_available(void);

/// SHA-1 of one run of bytes; `digest` takes 20 bytes.
bool csha1(const void *bytes, size_t length, uint8_t *digest);

/// SHA-1 of two independent runs of bytes, whose lengths may differ; each digest takes 20 bytes.
bool csha1_pair(
    const void *bytes_a, size_t length_a, uint8_t *digest_a,
    const void *bytes_b, size_t length_b, uint8_t *digest_b);

/// SHA-256 of one run of bytes; `digest` takes 32 bytes.
bool csha256(const void *bytes, size_t length, uint8_t *digest);

/// SHA-256 of two independent runs of bytes, whose lengths may differ; each digest takes 32 bytes.
bool csha256_pair(
    const void *bytes_a, size_t length_a, uint8_t *digest_a,
    const void *bytes_b, size_t length_b, uint8_t *digest_b);
