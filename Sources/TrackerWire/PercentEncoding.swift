/// Percent-encoding of raw bytes in the queries of announce URLs. RFC 3986.
enum PercentEncoding {
    /// Appends the bytes; only unreserved characters stay as they are.
    static func append(_ bytes: some Sequence<UInt8>, to text: inout String) {
        for byte in bytes {
            if isUnreserved(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text.unicodeScalars.append("%")
                text.unicodeScalars.append(Unicode.Scalar(hexDigit(byte >> 4)))
                text.unicodeScalars.append(Unicode.Scalar(hexDigit(byte & 15)))
            }
        }
    }

    /// Decodes `source` into `target`, without allocation.
    ///
    /// A `+` stays a plus: peers send raw bytes and not forms.
    ///
    /// - Returns: the length of the decoded value, also when it is longer than `target`, which then holds its start;
    ///   nil when a `%` is not followed by two hexadecimal digits.
    static func decode(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int? {
        var read = 0
        var count = 0
        while read < source.count {
            var byte = source[read]
            read += 1
            if byte == UInt8(ascii: "%") {
                guard read + 2 <= source.count, let high = hexValue(source[read]), let low = hexValue(source[read + 1])
                else { return nil }
                byte = high << 4 | low
                read += 2
            }
            if count < target.count { target[count] = byte }
            count += 1
        }
        return count
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    @inline(__always)
    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
