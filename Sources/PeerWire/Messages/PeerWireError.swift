/// What a peer sent that no peer may send. The connection cannot be read on after it.
package enum PeerWireError: Error, Equatable, Sendable {
    /// A length prefix over the limit; `id` is nil when it is too long for any message.
    case tooLong(id: UInt8?, length: Int, limit: Int)
    /// A length prefix that the message of this id cannot have.
    case wrongLength(id: UInt8, found: Int, wanted: Int)
    /// A `piece` message without a byte of payload.
    case emptyBlock(piece: UInt32, begin: UInt32)
    /// The first bytes are no BitTorrent handshake.
    case notBitTorrent(found: [UInt8])
    /// An extension message whose content cannot be read; `reason` says where.
    case malformedExtension(message: String, reason: String)
}

extension PeerWireError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let id, let length, let limit):
            let name = id.map { "\"\(MessageID.name($0))\" message" } ?? "message"
            return "\(name): length prefix is \(length), wanted at most \(limit)"
        case .wrongLength(let id, let found, let wanted):
            let bound = id == MessageID.piece || id == MessageID.extended ? "at least " : ""
            return "\"\(MessageID.name(id))\" message: length prefix is \(found), wanted \(bound)\(wanted)"
        case .emptyBlock(let piece, let begin):
            return "\"piece\" message: no bytes for piece \(piece) at \(begin), wanted at least one"
        case .notBitTorrent(let found):
            return "handshake: starts with \(Self.readable(found)), wanted \"\\x13BitTorrent protocol\""
        case .malformedExtension(let message, let reason):
            return "\(message): \(reason)"
        }
    }

    /// Foreign bytes end up in logs: control characters must not.
    private static func readable(_ bytes: [UInt8]) -> String {
        var text = "\""
        for byte in bytes {
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16)
                text += "\\x" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return text + "\""
    }
}
