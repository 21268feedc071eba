/// The name of a torrent in the network: SHA-1 over the bytes of `info` (BEP 3), or a v2 hash cut to twenty bytes (BEP 52).
package struct InfoHash: Hashable, Comparable, Sendable, CustomStringConvertible {
    @usableFromInline let storage: TwentyBytes

    @inlinable
    init(storage: TwentyBytes) { self.storage = storage }

    /// nil unless there are exactly twenty bytes.
    @inlinable
    package init?(bytes: some Collection<UInt8>) {
        guard let storage = TwentyBytes(bytes) else { return nil }
        self.storage = storage
    }

    /// The first twenty of these bytes; there must be as many.
    @inlinable
    package init(copying bytes: UnsafeRawBufferPointer) {
        storage = TwentyBytes(copying: bytes)
    }

    /// Forty hexadecimal digits in either case; nil for anything else.
    package init?(hex: String) {
        guard hex.utf8.count == 40, let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// The hash of an `info` just hashed.
    package init(_ digest: SHA1Digest) { storage = digest.storage }

    /// Twenty bytes, for messages.
    package var bytes: [UInt8] { storage.bytes }
    /// Forty lower-case digits.
    package var hex: String { storage.hex }
    package var description: String { hex }

    @inlinable
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try storage.withUnsafeBytes(body)
    }

    @inlinable
    package static func < (a: InfoHash, b: InfoHash) -> Bool { a.storage < b.storage }
}
