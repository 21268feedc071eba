import NIOCore

/// Appends to memory inside a `ByteBuffer`, without the checks and reference counting of one call for each field.
///
/// Invariant: `count` never passes the memory's end; a reply that is larger than its writer's reckoning is our fault.
struct RawWriter: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    fileprivate init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    /// Appends ASCII text.
    @inline(__always)
    mutating func write(_ text: StaticString) {
        write(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        precondition(memory.count - count >= bytes.count, "the writer's capacity was reckoned too small")
        if let source = bytes.baseAddress, let target = memory.baseAddress {
            (target + count).copyMemory(from: source, byteCount: bytes.count)
        }
        count += bytes.count
    }

    @inline(__always)
    mutating func write(byte: UInt8) {
        precondition(count < memory.count, "the writer's capacity was reckoned too small")
        memory[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func write(bigEndian value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { write($0) }
    }

    /// Appends a number in decimal digits, as bencoded integers and lengths have them.
    mutating func write(decimal value: Int) {
        if value < 0 { write(byte: UInt8(ascii: "-")) }
        var rest = value.magnitude
        // 20 digits hold every 64-bit number; two words and a half of stack instead of an array.
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { digits in
            var start = digits.count
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            write(UnsafeRawBufferPointer(rebasing: digits[start...]))
        }
    }
}

extension ByteBuffer {
    /// Appends what `body` writes, at most `capacity` bytes.
    mutating func write(capacity: Int, _ body: (inout RawWriter) -> Void) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { memory in
            var writer = RawWriter(memory)
            body(&writer)
            return writer.count
        }
    }
}
