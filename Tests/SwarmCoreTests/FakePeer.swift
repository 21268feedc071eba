import Metainfo
import NIOCore
import PeerWire
import Synchronization

@testable import SwarmCore

/// The far end of a connection, played by a test: it says what the test tells it to and keeps what the swarm sent.
///
/// Used on the swarm's loop only, by way of `SwarmStage`.
final class FakePeer: PeerConnection, @unchecked Sendable {  // Guarded by the stage, which steps one loop.
    /// Set while connected.
    var number: PeerNumber?
    var isWritable = true
    private(set) var isClosed = false
    private(set) var flushes = 0
    /// False while the swarm does not read from this peer.
    private(set) var isRead = true
    private var received = ByteBuffer()
    private var parser = MessageParser(limits: MessageLimits())

    func write(_ bytes: ByteBuffer) { received.writeImmutableBuffer(bytes) }
    func flush() { flushes += 1 }
    func close() { isClosed = true }
    func setReading(_ reading: Bool) { isRead = reading }

    /// A block the swarm uploaded.
    struct Block: Equatable {
        let request: BlockRequest
        let payload: [UInt8]
    }

    var messages: [PeerMessage] = []
    var blocks: [Block] = []

    /// Reads what the swarm sent since the last call.
    func drain() throws {
        var payload: [UInt8] = []
        try received.readWithUnsafeReadableBytes { view in
            var input = view
            while true {
                switch try parser.next(&input) {
                case .needsMore: return view.count
                case .message(let message): messages.append(message)
                case .block(let request, _, let bytes):
                    payload.append(contentsOf: bytes)
                    guard payload.count == Int(request.length) else { continue }
                    blocks.append(Block(request: request, payload: payload))
                    payload = []
                }
            }
        }
    }

    /// The requests among what was sent, cancelled ones left out.
    var requests: [BlockRequest] {
        messages.reduce(into: []) { open, message in
            switch message {
            case .request(let request): open.append(request)
            case .cancel(let request): if let index = open.firstIndex(of: request) { open.remove(at: index) }
            default: break
            }
        }
    }
}
