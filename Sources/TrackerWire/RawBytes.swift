import Glibc

/// Searching and comparing raw bytes without slices, whose bounds cost more than the work itself.
extension UnsafeRawBufferPointer {
    /// What stands before and after the first `separator`; everything and nothing without one.
    @inline(__always)
    func split(_ separator: UInt8) -> (UnsafeRawBufferPointer, UnsafeRawBufferPointer) {
        guard let start = baseAddress, let found = memchr(start, Int32(separator), count) else {
            return (self, UnsafeRawBufferPointer(start: nil, count: 0))
        }
        let before = UnsafeRawPointer(found) - start
        return (
            UnsafeRawBufferPointer(start: start, count: before),
            UnsafeRawBufferPointer(start: start + before + 1, count: count - before - 1)
        )
    }

    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        guard let start = baseAddress else { return true }
        return memcmp(start, text.utf8Start, count) == 0
    }

    /// A decimal number with an optional minus; nil for anything else, also for what does not fit.
    @inline(__always)
    func decimal() -> Int64? {
        var position = 0
        let isNegative = count > 1 && self[0] == UInt8(ascii: "-")
        if isNegative { position = 1 }
        guard position < count else { return nil }
        var value: Int64 = 0
        while position < count {
            let digit = self[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowedToo) = product.addingReportingOverflow(Int64(digit))
            guard !overflowed, !overflowedToo else { return nil }
            value = sum
            position += 1
        }
        return isNegative ? -value : value
    }
}
