/// One message between two peers after the handshake, but for blocks, whose bytes never rest in a message value.
///
/// BEP 3; the fast extension's five of BEP 6; `extended` of BEP 10; `port` of BEP 5.
package enum PeerMessage: Equatable, Sendable {
    /// Four zero bytes; says only that the peer lives.
    case keepAlive
    case choke
    case unchoke
    case interested
    case notInterested
    case have(UInt32)
    /// The bytes as sent, first piece in the high bit; read them with `Bitfield(wire:count:)`.
    case bitfield([UInt8])
    case request(BlockRequest)
    case cancel(BlockRequest)
    /// The UDP port of the peer's DHT node.
    case port(UInt16)
    case suggest(UInt32)
    case haveAll
    case haveNone
    case reject(BlockRequest)
    case allowedFast(UInt32)
    /// `id` 0 is the `ExtensionHandshake`, others are the numbers we gave in ours.
    case extended(id: UInt8, payload: [UInt8])
    /// Some message we do not know; its payload was skipped.
    case unknown(id: UInt8)
}

/// The byte after the length prefix that names a message.
enum MessageID {
    static let choke: UInt8 = 0
    static let unchoke: UInt8 = 1
    static let interested: UInt8 = 2
    static let notInterested: UInt8 = 3
    static let have: UInt8 = 4
    static let bitfield: UInt8 = 5
    static let request: UInt8 = 6
    static let piece: UInt8 = 7
    static let cancel: UInt8 = 8
    static let port: UInt8 = 9
    static let suggest: UInt8 = 13
    static let haveAll: UInt8 = 14
    static let haveNone: UInt8 = 15
    static let reject: UInt8 = 16
    static let allowedFast: UInt8 = 17
    static let extended: UInt8 = 20

    /// The name for error texts.
    static func name(_ id: UInt8) -> String {
        switch id {
        case choke: "choke"
        case unchoke: "unchoke"
        case interested: "interested"
        case notInterested: "not interested"
        case have: "have"
        case bitfield: "bitfield"
        case request: "request"
        case piece: "piece"
        case cancel: "cancel"
        case port: "port"
        case suggest: "suggest piece"
        case haveAll: "have all"
        case haveNone: "have none"
        case reject: "reject request"
        case allowedFast: "allowed fast"
        case extended: "extended"
        default: "unknown message \(id)"
        }
    }
}
