/// UTF-8 as far as answers need it.
enum UTF8Text {
    /// The length of the well-formed sequence that starts at `index`; 0 if none does. ASCII counts.
    ///
    /// Surrogates, overlong forms and what lies beyond U+10FFFF are malformed; U+FFFE and U+FFFF too, which XML has not.
    @inline(__always)
    static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        let first = bytes[index]
        if first < 0x80 { return 1 }
        let left = bytes.count - index
        func isContinuation(_ offset: Int) -> Bool { bytes[index + offset] & 0xC0 == 0x80 }
        switch first {
        case 0xC2...0xDF: return left >= 2 && isContinuation(1) ? 2 : 0
        case 0xE0...0xEF:
            guard left >= 3, isContinuation(1), isContinuation(2) else { return 0 }
            let second = bytes[index + 1]
            if first == 0xE0 && second < 0xA0 || first == 0xED && second > 0x9F { return 0 }
            if first == 0xEF, second == 0xBF, bytes[index + 2] >= 0xBE { return 0 }
            return 3
        case 0xF0...0xF4:
            guard left >= 4, isContinuation(1), isContinuation(2), isContinuation(3) else { return 0 }
            let second = bytes[index + 1]
            return first == 0xF0 && second < 0x90 || first == 0xF4 && second > 0x8F ? 0 : 4
        default: return 0
        }
    }

    /// Whether all bytes are printable ASCII (or DEL) and none of these three: text that can be sent as it stands, as nearly all is.
    ///
    /// Looks at eight bytes at a time.
    static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>, without first: UInt8, _ second: UInt8, _ third: UInt8)
        -> Bool
    {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        /// A top bit set where a byte is below `limit`; more are set above such a byte only, so zero means none.
        func below(_ limit: UInt64, _ word: UInt64) -> UInt64 { (word &- ones &* limit) & ~word & tops }
        let raw = UnsafeRawBufferPointer(bytes)
        var index = 0
        while index + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let special =
                (word & tops) | below(0x20, word) | below(1, word ^ ones &* UInt64(first))
                | below(1, word ^ ones &* UInt64(second)) | below(1, word ^ ones &* UInt64(third))
            if special != 0 { return false }
            index += 8
        }
        while index < raw.count {
            let byte = raw[index]
            if byte < 0x20 || byte >= 0x80 || byte == first || byte == second || byte == third { return false }
            index += 1
        }
        return true
    }

    /// Whether all of it is well-formed.
    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            let length = sequenceLength(bytes, at: index)
            if length == 0 { return false }
            index += length
        }
        return true
    }
}
