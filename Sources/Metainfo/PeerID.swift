/// Twenty bytes by which a running program is told from others in a swarm (BEP 3, BEP 20).
package struct PeerID: Hashable, Sendable, CustomStringConvertible {
    @usableFromInline let storage: TwentyBytes

    /// How our own ids begin: Azureus style, client SW, version 0.1.0.0.
    package static let prefix = "-SW0100-"

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

    /// A fresh id of ours: the prefix and twelve random letters and digits, which need no escaping in an announce.
    package static func generate(using generator: inout some RandomNumberGenerator) -> PeerID {
        let alphabet: StaticString = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        let storage = TwentyBytes { target in
            target.copyBytes(from: prefix.utf8)
            for index in prefix.utf8.count..<20 {
                let pick = Int.random(in: 0..<alphabet.utf8CodeUnitCount, using: &generator)
                target[index] = alphabet.utf8Start[pick]
            }
        }
        return PeerID(storage: storage)
    }

    /// A fresh id of ours from the system's randomness.
    package static func generate() -> PeerID {
        var generator = SystemRandomNumberGenerator()
        return generate(using: &generator)
    }

    private init(storage: TwentyBytes) { self.storage = storage }

    /// Twenty bytes, for messages.
    package var bytes: [UInt8] { storage.bytes }
    /// Forty lower-case digits.
    package var hex: String { storage.hex }
    package var description: String { clientName }

    @inlinable
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try storage.withUnsafeBytes(body)
    }
}
