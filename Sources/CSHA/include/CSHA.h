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
bool csha1(const void *bytes, size_t length, void *digest);

/// SHA-1 of two independent runs of bytes, whose lengths may differ; each digest takes 20 bytes.
bool csha1_pair(
    const void *bytes_a, size_t length_a, void *digest_a,
    const void *bytes_b, size_t length_b, void *digest_b);

/// A SHA-1 in the making, for messages that come in steps; its content is the library's own.
typedef struct {
    uint32_t words[8];
} csha1_state;

/// Starts a message.
bool csha1_begin(csha1_state *state);

/// Adds `blocks` times 64 bytes to one message.
bool csha1_add(csha1_state *state, const void *bytes, size_t blocks);

/// Adds `blocks` times 64 bytes to each of two messages.
bool csha1_add_pair(csha1_state *a, const void *bytes_a, csha1_state *b, const void *bytes_b, size_t blocks);

/// Adds the last bytes of a message, which is `total` bytes long in all, and gives its digest of 20 bytes.
bool csha1_end(csha1_state *state, const void *bytes, size_t length, uint64_t total, void *digest);

/// Adds the last bytes of two messages and gives both digests.
bool csha1_end_pair(
    csha1_state *a, const void *bytes_a, size_t length_a, uint64_t total_a, void *digest_a,
    csha1_state *b, const void *bytes_b, size_t length_b, uint64_t total_b, void *digest_b);

/// SHA-256 of one run of bytes; `digest` takes 32 bytes.
bool csha256(const void *bytes, size_t length, void *digest);

/// SHA-256 of two independent runs of bytes, whose lengths may differ; each digest takes 32 bytes.
bool csha256_pair(
    const void *bytes_a, size_t length_a, void *digest_a,
    const void *bytes_b, size_t length_b, void *digest_b);
