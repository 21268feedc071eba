/// Integers to and from text, by the rules of rTorrent's values.
package enum IntegerText {
    /// Appends `value` in decimal without making a string.
    @inline(__always)
    package static func append(_ value: Int64, to bytes: inout [UInt8]) {
        if value >= 0 && value < 10 {
            bytes.append(48 &+ UInt8(truncatingIfNeeded: value))
            return
        }
        var magnitude = value.magnitude
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            repeat {
                let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
                start -= 1
                digits[start] = 48 &+ UInt8(truncatingIfNeeded: remainder)
                magnitude = quotient
            } while magnitude != 0
            if value < 0 { bytes.append(45) }
            bytes.append(contentsOf: digits[start..<20])
        }
    }

    /// A number as the value commands read it: `strtoll` with base 0, an optional suffix `b k m g`, or `yes no true false`.
    ///
    /// - Parameter unit: factor for a number without a suffix.
    /// - Returns: nil when it is not a value or does not fit 64 bits (0.9.8 wraps round; 0.16 refuses, as we do).
    package static func parse(_ bytes: [UInt8], unit: Int64 = 1) -> Int64? {
        if let word = word(bytes) { return word }
        guard let (number, end) = prefix(bytes, base: 0) else { return nil }
        var index = end
        var factor = unit
        if index < bytes.count {
            switch bytes[index] | 0x20 {
            case UInt8(ascii: "b"): factor = 1
            case UInt8(ascii: "k"): factor = 1 << 10
            case UInt8(ascii: "m"): factor = 1 << 20
            case UInt8(ascii: "g"): factor = 1 << 30
            default: index -= 1
            }
            index += 1
        }
        while index < bytes.count, isBlank(bytes[index]) { index += 1 }
        guard index == bytes.count else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    /// `strtoll`: leading white space, a sign, digits of `base`; base 0 knows `0x` and leading-zero octal.
    ///
    /// - Returns: the number and the index behind it; nil without any digit, when it overflows, or for a base outside 0, 2…36.
    package static func prefix(_ bytes: [UInt8], base: Int) -> (value: Int64, end: Int)? {
        guard base == 0 || (2...36).contains(base) else { return nil }
        var index = 0
        while index < bytes.count, isSpace(bytes[index]) { index += 1 }
        var isNegative = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        var radix = Int64(base)
        if base == 0 || base == 16, index + 2 < bytes.count, bytes[index] == UInt8(ascii: "0"),
            bytes[index + 1] | 0x20 == UInt8(ascii: "x"), (digit(bytes[index + 2]) ?? 99) < 16
        {
            index += 2
            radix = 16
        } else if base == 0 {
            radix = index < bytes.count && bytes[index] == UInt8(ascii: "0") ? 8 : 10
        }
        let start = index
        var value: Int64 = 0
        while index < bytes.count, let digit = digit(bytes[index]), digit < radix {
            let (product, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, overflow2) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflow || overflow2 { return nil }
            value = sum
            index += 1
        }
        return index > start ? (value, index) : nil
    }

    private static func word(_ bytes: [UInt8]) -> Int64? {
        guard (2...5).contains(bytes.count), bytes[0] >= 65 else { return nil }
        let lower = bytes.map { $0 | 0x20 }
        if lower.elementsEqual("yes".utf8) || lower.elementsEqual("true".utf8) { return 1 }
        if lower.elementsEqual("no".utf8) || lower.elementsEqual("false".utf8) { return 0 }
        return nil
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        switch byte {
        case 48...57: Int64(byte) - 48
        case 65...90: Int64(byte) - 55
        case 97...122: Int64(byte) - 87
        default: nil
        }
    }
}

/// Space and tab: what the grammar calls blank.
@inline(__always)
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

/// C's `isspace` in the C locale.
@inline(__always)
func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
