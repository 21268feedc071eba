/// Walks over a datagram; every read says nil when the bytes run out.
struct BigEndianReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// What has not been read yet.
    var rest: ArraySlice<UInt8> { bytes[position...] }

    mutating func uint32() -> UInt32? { integer() }

    mutating func uint64() -> UInt64? { integer() }

    private mutating func integer<Integer: FixedWidthInteger>() -> Integer? {
        let width = Integer.bitWidth / 8
        guard bytes.count - position >= width else { return nil }
        var value: Integer = 0
        for byte in bytes[position..<position + width] { value = value << 8 | Integer(byte) }
        position += width
        return value
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger & UnsignedInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
