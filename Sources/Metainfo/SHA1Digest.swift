/// The SHA-1 of a piece or of `info`, held inline.
package struct SHA1Digest: Hashable, Sendable, CustomStringConvertible {
    @usableFromInline let storage: TwentyBytes

    @inlinable
    init(storage: TwentyBytes) { self.storage = storage }

    /// nil unless there are exactly twenty bytes.
    @inlinable
    package init?(bytes: some Collection<UInt8>) {
        guard let storage = TwentyBytes(bytes) else { return nil }
        self.storage = storage
    }

    /// Lets a hash function write its twenty bytes in place.
    @inlinable
    package init(filling fill: (UnsafeMutableRawBufferPointer) -> Void) {
        storage = TwentyBytes(filling: fill)
    }

    /// Twenty bytes.
    package var bytes: [UInt8] { storage.bytes }
    /// Forty lower-case digits.
    package var hex: String { storage.hex }
    package var description: String { hex }

    @inlinable
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try storage.withUnsafeBytes(body)
    }
}
