/// Twenty bytes held inline, first byte most significant, so that hashes and ids need no heap.
@usableFromInline
struct TwentyBytes: Hashable, Sendable, Comparable {
    @usableFromInline let high: UInt64
    @usableFromInline let middle: UInt64
    @usableFromInline let low: UInt32

    @inlinable
    init(high: UInt64, middle: UInt64, low: UInt32) {
        self.high = high
        self.middle = middle
        self.low = low
    }

    /// nil unless there are exactly twenty.
    @inlinable
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 20 else { return nil }
        var words = (UInt64(0), UInt64(0), UInt32(0))
        var index = 0
        for byte in bytes {
            switch index {
            case 0..<8: words.0 = words.0 << 8 | UInt64(byte)
            case 8..<16: words.1 = words.1 << 8 | UInt64(byte)
            default: words.2 = words.2 << 8 | UInt32(byte)
            }
            index += 1
        }
        self.init(high: words.0, middle: words.1, low: words.2)
    }

    /// The first twenty of these bytes, wherever they lie; there must be as many.
    ///
    /// For datagrams and requests: a generic collection is read byte by byte through its witnesses.
    @inlinable
    init(copying bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= 20, "twenty bytes are copied from fewer")
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            middle: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            low: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)))
    }

    /// Lets `fill` write the twenty bytes, zero at first.
    @inlinable
    init(filling fill: (UnsafeMutableRawBufferPointer) -> Void) {
        var words = (UInt64(0), UInt64(0), UInt32(0))
        withUnsafeMutableBytes(of: &words) { fill(UnsafeMutableRawBufferPointer(rebasing: $0[..<20])) }
        self.init(
            high: UInt64(bigEndian: words.0), middle: UInt64(bigEndian: words.1), low: UInt32(bigEndian: words.2))
    }

    @inlinable
    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        var words = (high.bigEndian, middle.bigEndian, low.bigEndian)
        return try Swift.withUnsafeBytes(of: &words) { try body(UnsafeRawBufferPointer(rebasing: $0[..<20])) }
    }

    @inlinable
    static func < (a: TwentyBytes, b: TwentyBytes) -> Bool {
        (a.high, a.middle, a.low) < (b.high, b.middle, b.low)
    }

    var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
    var hex: String { withUnsafeBytes { Hex.encode($0) } }
}
