import NIOCore
import PeerWire
import Testing

/// A message and its bytes, counted out by hand from BEP 3, 5, 6 and 10.
struct WireSample: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let message: PeerMessage

    var testDescription: String { name }

    static let block = BlockRequest(piece: 1, begin: 0x4000, length: 0x4000)
    private static let blockBytes: [UInt8] = [0, 0, 0, 1, 0, 0, 0x40, 0, 0, 0, 0x40, 0]

    static let all: [WireSample] = [
        WireSample(name: "keep-alive", bytes: [0, 0, 0, 0], message: .keepAlive),
        WireSample(name: "choke", bytes: [0, 0, 0, 1, 0], message: .choke),
        WireSample(name: "unchoke", bytes: [0, 0, 0, 1, 1], message: .unchoke),
        WireSample(name: "interested", bytes: [0, 0, 0, 1, 2], message: .interested),
        WireSample(name: "not interested", bytes: [0, 0, 0, 1, 3], message: .notInterested),
        WireSample(name: "have", bytes: [0, 0, 0, 5, 4, 0xFE, 0xDC, 0xBA, 0x98], message: .have(0xFEDC_BA98)),
        WireSample(name: "bitfield", bytes: [0, 0, 0, 3, 5, 0xA5, 0x80], message: .bitfield([0xA5, 0x80])),
        WireSample(name: "empty bitfield", bytes: [0, 0, 0, 1, 5], message: .bitfield([])),
        WireSample(name: "request", bytes: [0, 0, 0, 13, 6] + blockBytes, message: .request(block)),
        WireSample(name: "cancel", bytes: [0, 0, 0, 13, 8] + blockBytes, message: .cancel(block)),
        WireSample(name: "port", bytes: [0, 0, 0, 3, 9, 0x1A, 0xE1], message: .port(6881)),
        WireSample(name: "suggest piece", bytes: [0, 0, 0, 5, 13, 0, 0, 0, 7], message: .suggest(7)),
        WireSample(name: "have all", bytes: [0, 0, 0, 1, 14], message: .haveAll),
        WireSample(name: "have none", bytes: [0, 0, 0, 1, 15], message: .haveNone),
        WireSample(name: "reject request", bytes: [0, 0, 0, 13, 16] + blockBytes, message: .reject(block)),
        WireSample(name: "allowed fast", bytes: [0, 0, 0, 5, 17, 0, 0, 1, 0], message: .allowedFast(256)),
        WireSample(
            name: "extended", bytes: [0, 0, 0, 7, 20, 3, 0x64, 0x31, 0x3A, 0x61, 0x65],
            message: .extended(id: 3, payload: [0x64, 0x31, 0x3A, 0x61, 0x65])),
        WireSample(
            name: "extended without payload", bytes: [0, 0, 0, 2, 20, 0], message: .extended(id: 0, payload: [])),
        WireSample(name: "unknown", bytes: [0, 0, 0, 1, 99], message: .unknown(id: 99)),
    ]

    /// All messages and three blocks, as one peer would send them.
    static let stream: [UInt8] = {
        var buffer = ByteBuffer()
        buffer.writeBytes(all.flatMap(\.bytes))
        for (piece, length) in [(0, 1), (7, 40), (UInt32.max, 23)] as [(UInt32, UInt32)] {
            buffer.writeBlockHeader(piece: piece, begin: 0x4000, length: length)
            buffer.writeBytes((0..<length).map { UInt8(truncatingIfNeeded: $0 &+ piece) })
        }
        buffer.writeBytes([0, 0, 0, 4, 42, 1, 2, 3] + all[8].bytes)
        return Array(buffer.readableBytesView)
    }()
}

/// What a caller of the parser sees, with the runs of each block put together.
enum WireEvent: Equatable {
    case message(PeerMessage)
    case block(BlockRequest, [UInt8])
}

/// Feeds a stream to a parser in the given parts.
///
/// - Returns: the events before the end or the first error, the error, and the bytes of an unfinished block.
func parse(
    _ parts: [ArraySlice<UInt8>], limits: MessageLimits = MessageLimits()
) -> (events: [WireEvent], failure: PeerWireError?, unfinished: [UInt8]) {
    var parser = MessageParser(limits: limits)
    var events: [WireEvent] = []
    var block: [UInt8] = []
    do {
        for part in parts {
            try part.withUnsafeBytes { bytes in
                var input = bytes
                reading: while true {
                    switch try parser.next(&input) {
                    case .needsMore:
                        precondition(input.isEmpty, "asked for more with bytes left")
                        break reading
                    case .message(let message):
                        events.append(.message(message))
                    case .block(let request, let offset, let run):
                        precondition(offset == block.count && !run.isEmpty, "a run out of order or empty")
                        block.append(contentsOf: run)
                        guard block.count == Int(request.length) else { continue }
                        events.append(.block(request, block))
                        block = []
                    }
                }
            }
        }
    } catch {
        return (events, error as? PeerWireError, block)
    }
    return (events, nil, block)
}
