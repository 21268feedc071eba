#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// SHA-1 and SHA-256 (FIPS 180-4) on the SHA unit of x86 processors, several independent messages side by side.
//
// One message keeps the unit waiting for its own last round; others, interleaved round by round, use that time. Measured on one
// core (Zen 4), SHA-1: one 1.9 GB/s, two 3.3, three 4.0, four 4.8, six no more. Pieces of a torrent come in plenty.
//
// Every function returns false, and writes nothing, where the processor has no such unit; the caller then uses another
// implementation. All are thread-safe and allocate nothing.

/// Whether this processor has what the functions below need. The answer never changes while the program runs.
bool csha_is_available(void);

/// A SHA-1 in the making; its content is the library's own.
typedef struct {
    uint32_t words[8];
} csha1_state;

/// As many messages as are hashed side by side.
enum { csha1_max_lanes = 4 };

/// One of the messages that are hashed side by side.
typedef struct {
    csha1_state *state;
    /// The next bytes of the message, and how many.
    const void *bytes;
    size_t length;
    /// For `csha1_end`: the length of the whole message, and where its digest of 20 bytes goes.
    uint64_t total;
    void *digest;
} csha1_lane;

/// Starts a message.
bool csha1_begin(csha1_state *state);

/// Adds bytes that are not the last ones, a multiple of 64 to each; the lengths may differ.
///
/// - Parameter count: 1 to `csha1_max_lanes`.
bool csha1_add(const csha1_lane *lanes, size_t count);

/// Adds the last bytes, any number to each, and gives the digests.
///
/// - Parameter count: 1 to `csha1_max_lanes`.
bool csha1_end(const csha1_lane *lanes, size_t count);

/// SHA-256 of one run of bytes; `digest` takes 32 bytes.
bool csha256(const void *bytes, size_t length, void *digest);

/// SHA-256 of two independent runs of bytes, whose lengths may differ; each digest takes 32 bytes.
bool csha256_pair(
    const void *bytes_a, size_t length_a, void *digest_a,
    const void *bytes_b, size_t length_b, void *digest_b);
