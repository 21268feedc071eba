/// How long a message of a peer may be; checked against the length prefix, before one byte of it is kept.
package struct MessageLimits: Hashable, Sendable {
    /// Payload of a `bitfield`.
    package var maxBitfieldBytes: Int
    /// Payload of an `extended` message behind its id; BEP 9 blocks are 16 KiB, handshakes smaller.
    package var maxExtendedBytes: Int
    /// Bytes of one block. BEP 3 asks for 16 KiB; old clients sent up to 128 KiB when asked so.
    package var maxBlockLength: Int
    /// Payload of a message we do not know; it is skipped, never kept.
    package var maxUnknownBytes: Int

    /// Negative limits count as 0.
    package init(
        maxBitfieldBytes: Int = 256 * 1024, maxExtendedBytes: Int = 1024 * 1024, maxBlockLength: Int = 128 * 1024,
        maxUnknownBytes: Int = 1024 * 1024
    ) {
        self.maxBitfieldBytes = max(0, maxBitfieldBytes)
        self.maxExtendedBytes = max(0, maxExtendedBytes)
        self.maxBlockLength = max(0, maxBlockLength)
        self.maxUnknownBytes = max(0, maxUnknownBytes)
    }

    /// The defaults, with no room for a bitfield longer than a torrent of so many pieces needs.
    package init(pieceCount: Int) {
        self.init(maxBitfieldBytes: (max(0, pieceCount) + 7) / 8)
    }

    /// No message at all is longer than this: what a length prefix can be refused for before its id is there.
    var maxMessageLength: Int {
        let longest = max(maxBitfieldBytes, maxExtendedBytes + 1, maxBlockLength + 8, maxUnknownBytes, 12)
        return 1 + longest
    }
}
