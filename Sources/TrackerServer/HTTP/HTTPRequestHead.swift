import Glibc

/// The head of one HTTP/1 request, as views into the bytes it came in. RFC 9112.
///
/// Only what a tracker needs is looked at: the request line, and the few fields that say where the request ends and
/// whether another may follow.
struct HTTPRequestHead {
    let method: UnsafeRawBufferPointer
    let target: UnsafeRawBufferPointer
    /// The client understands no more than HTTP/1.0.
    let isOld: Bool
    /// The connection stays open after the reply.
    let isKeptAlive: Bool
    /// Bytes up to the end of the empty line.
    let length: Int
    /// Where the head begins; valid as long as the bytes it was read from.
    private let start: UnsafeRawPointer?

    enum Outcome {
        case needsMore
        case malformed
        case whole(HTTPRequestHead)
    }

    static func parse(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        var lines = LineReader(bytes)
        var line = lines.next()
        // A line break too many behind the last request is lawful.
        while let empty = line, empty.isEmpty { line = lines.next() }
        guard let line else { return bytes.canBeginRequest ? .needsMore : .malformed }
        guard let (method, target, isOld) = requestLine(line) else { return .malformed }
        var isKeptAlive = !isOld
        var hasBody = false
        while let field = lines.next() {
            if field.isEmpty {
                return .whole(
                    HTTPRequestHead(
                        method: method, target: target, isOld: isOld, isKeptAlive: isKeptAlive && !hasBody,
                        length: lines.position, start: bytes.baseAddress))
            }
            // Other fields are told apart by their first letter.
            switch field[0] | 0x20 {
            case UInt8(ascii: "c"):
                if let value = field.value(of: "connection:") {
                    if value.contains("close") { isKeptAlive = false }
                    if isOld, value.contains("keep-alive") { isKeptAlive = true }
                } else if let value = field.value(of: "content-length:"), !value.isZero {
                    hasBody = true
                }
            case UInt8(ascii: "t"):
                // Nobody sends a body with an announce; the reply goes out and the connection ends.
                if field.value(of: "transfer-encoding:") != nil { hasBody = true }
            default: break
            }
        }
        return .needsMore
    }

    /// The value of a field, looked for when it is needed: most requests need none.
    ///
    /// - Parameter name: in lower case, with its colon.
    func field(_ name: StaticString) -> String? {
        var lines = LineReader(UnsafeRawBufferPointer(start: start, count: length))
        while let line = lines.next() {
            guard let value = line.value(of: name) else { continue }
            let text = String(decoding: value.prefix(1024), as: UTF8.self)
            return String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
        return nil
    }

    var isGet: Bool { method.count == 3 && method.matches("get", at: 0) }

    private static func requestLine(
        _ line: UnsafeRawBufferPointer
    ) -> (method: UnsafeRawBufferPointer, target: UnsafeRawBufferPointer, isOld: Bool)? {
        guard let start = line.baseAddress, let space = memchr(start, 0x20, line.count) else { return nil }
        let methodEnd = UnsafeRawPointer(space) - start
        // Method, space, at least one byte of target, space, "HTTP/1.x".
        let version = line.count - 8
        guard methodEnd > 0, version - 1 > methodEnd + 1, line[version - 1] == 0x20,
            memcmp(start + version, "HTTP/1.", 7) == 0
        else { return nil }
        let target = UnsafeRawBufferPointer(start: start + methodEnd + 1, count: version - 1 - (methodEnd + 1))
        guard memchr(start + methodEnd + 1, 0x20, target.count) == nil else { return nil }
        let method = UnsafeRawBufferPointer(start: start, count: methodEnd)
        return (method, target, line[line.count - 1] == UInt8(ascii: "0"))
    }
}

/// Hands out lines without their ends; nil when the rest has no end yet.
private struct LineReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    @inline(__always)
    mutating func next() -> UnsafeRawBufferPointer? {
        guard position < bytes.count, let start = bytes.baseAddress,
            let found = memchr(start + position, 0x0A, bytes.count - position)
        else { return nil }
        var end = UnsafeRawPointer(found) - start
        let line = position
        position = end + 1
        if end > line, bytes[end - 1] == 0x0D { end -= 1 }
        return UnsafeRawBufferPointer(start: start + line, count: end - line)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these may be the first bytes of a request line; the first byte of TLS, for instance, is not.
    fileprivate var canBeginRequest: Bool {
        for byte in self {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): continue
            default: return byte == 0x20
            }
        }
        return true
    }

    /// What stands behind a field name, which is given in lower case with its colon.
    fileprivate func value(of name: StaticString) -> UnsafeRawBufferPointer? {
        guard count >= name.utf8CodeUnitCount, matches(name, at: 0) else { return nil }
        return UnsafeRawBufferPointer(rebasing: self[name.utf8CodeUnitCount...])
    }

    fileprivate func contains(_ word: StaticString) -> Bool {
        guard count >= word.utf8CodeUnitCount else { return false }
        return (0...(count - word.utf8CodeUnitCount)).contains { matches(word, at: $0) }
    }

    fileprivate var isZero: Bool { allSatisfy { $0 == UInt8(ascii: "0") || $0 == 0x20 || $0 == 0x09 } }

    fileprivate func matches(_ lowercased: StaticString, at offset: Int) -> Bool {
        for index in 0..<lowercased.utf8CodeUnitCount {
            let byte = self[offset + index]
            let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            if (isUpper ? byte | 0x20 : byte) != lowercased.utf8Start[index] { return false }
        }
        return true
    }
}
