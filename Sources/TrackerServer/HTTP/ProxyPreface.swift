import NIOCore

/// What a proxy says, before the first request, about who is behind it: the PROXY protocol, versions 1 and 2.
enum ProxyPreface {
    enum Outcome: Equatable {
        /// The bytes may be the beginning of one.
        case needsMore
        /// The connection begins with something else.
        case none
        case sender(PeerHost)
        case malformed
    }

    private static let version1: [UInt8] = Array("PROXY ".utf8)
    private static let version2: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    /// The longest line that version 1 knows, its end included.
    private static let longestLine = 107

    /// Takes a preface from the front of `bytes`.
    static func read(from bytes: inout ByteBuffer) -> Outcome {
        let view = bytes.readableBytesView
        if isBeginning(view, of: version1) { return readLine(from: &bytes) }
        if isBeginning(view, of: version2) { return readBinary(from: &bytes) }
        return view.isEmpty ? .needsMore : .none
    }

    private static func isBeginning(_ view: ByteBufferView, of signature: [UInt8]) -> Bool {
        !view.isEmpty && zip(view, signature).allSatisfy { $0 == $1 }
    }

    /// `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443`, CR, LF.
    private static func readLine(from bytes: inout ByteBuffer) -> Outcome {
        let view = bytes.readableBytesView
        guard let end = view.prefix(longestLine).firstIndex(of: 0x0A) else {
            return view.count < longestLine ? .needsMore : .malformed
        }
        let words = String(decoding: view[..<end], as: UTF8.self).filter { $0 != "\r" && $0 != "\r\n" }
            .split(separator: " ")
        bytes.moveReaderIndex(forwardBy: end - view.startIndex + 1)
        guard words.count >= 2 else { return .malformed }
        if words[1] == "UNKNOWN" { return .none }
        guard words.count == 6, let host = PeerHost(text: String(words[2])) else { return .malformed }
        return .sender(host)
    }

    /// Signature, version and command, family, length, addresses.
    private static func readBinary(from bytes: inout ByteBuffer) -> Outcome {
        let start = bytes.readerIndex
        guard bytes.readableBytes >= 16 else { return .needsMore }
        guard let command = bytes.getInteger(at: start + 12, as: UInt8.self),
            let family = bytes.getInteger(at: start + 13, as: UInt8.self),
            let length = bytes.getInteger(at: start + 14, as: UInt16.self), command >> 4 == 2
        else { return .malformed }
        // More than addresses and a few extras is nothing that a proxy sends.
        guard length <= 2048 else { return .malformed }
        guard bytes.readableBytes >= 16 + Int(length) else { return .needsMore }
        defer { bytes.moveReaderIndex(forwardBy: 16 + Int(length)) }
        // Command 0: the proxy's own question whether we are there.
        guard command & 15 == 1 else { return .none }
        switch family >> 4 {
        case 1:
            guard length >= 12, let address = bytes.getInteger(at: start + 16, as: UInt32.self) else {
                return .malformed
            }
            return .sender(PeerHost(ipv4: address))
        case 2:
            guard length >= 36, let high = bytes.getInteger(at: start + 16, as: UInt64.self),
                let low = bytes.getInteger(at: start + 24, as: UInt64.self)
            else { return .malformed }
            return .sender(PeerHost(ipv6High: high, low: low))
        default: return .none
        }
    }
}
