/// The name of a v2 torrent: SHA-256 over the bytes of `info` (BEP 52).
package struct InfoHashV2: Hashable, Sendable, CustomStringConvertible {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// nil unless there are exactly thirty-two bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
        self.words = words
    }

    /// Sixty-four hexadecimal digits in either case; nil for anything else.
    package init?(hex: String) {
        guard hex.utf8.count == 64, let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// Thirty-two bytes.
    package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
    /// Sixty-four lower-case digits.
    package var hex: String { withUnsafeBytes { Hex.encode($0) } }
    package var description: String { hex }

    /// The first twenty bytes: what trackers, the DHT and handshakes use in place of a v1 hash (BEP 52).
    package var truncated: InfoHash {
        withUnsafeBytes { bytes in InfoHash(storage: TwentyBytes { $0.copyBytes(from: bytes[..<20]) }) }
    }

    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: words, body)
    }

    package static func == (a: InfoHashV2, b: InfoHashV2) -> Bool { a.words == b.words }
    package func hash(into hasher: inout Hasher) { withUnsafeBytes { hasher.combine(bytes: $0) } }
}
