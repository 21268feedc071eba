import Metainfo
package import NIOCore
import PeerWire

/// One connected peer, as its swarm sees it. Confined to the swarm's loop.
final class Peer {
    let number: PeerNumber
    let address: PeerAddress
    let peerID: PeerID
    let direction: ConnectionDirection
    let connection: any PeerConnection
    let source: PieceSource
    let connectedAt: UInt32
    var parser: MessageParser
    /// What the protocol allows next, and who chokes whom.
    var state: PeerState
    var requests = RequestQueue()
    var uploads = UploadQueue()
    var traffic = PeerTraffic()
    /// Messages of this turn, written together at its end.
    var outbox = ByteBuffer()
    var isDirty = false
    /// Its places in the lines of the rate limiters.
    var downloadTicket = RateTicket()
    var uploadTicket = RateTicket()
    /// The user wants it to get nothing from us.
    var isSnubbed = false
    /// The block whose payload is arriving.
    var arriving: ArrivingBlock?

    init(
        number: PeerNumber, address: PeerAddress, handshake: Handshake, direction: ConnectionDirection,
        connection: any PeerConnection, pieceCount: Int, now: UInt32
    ) {
        self.number = number
        self.address = address
        self.peerID = handshake.peerID
        self.direction = direction
        self.connection = connection
        self.source = PieceSource(number: number, pieceCount: pieceCount)
        self.connectedAt = now
        self.parser = MessageParser(
            limits: MessageLimits(
                maxBitfieldBytes: (pieceCount + 7) / 8, maxExtendedBytes: 1 << 20, maxBlockLength: 128 << 10))
        self.state = PeerState(reserved: handshake.reserved, now: now)
        traffic.lastReceived = now
        traffic.lastSent = now
        traffic.lastBlock = now
    }
}

/// Who called whom.
package enum ConnectionDirection: Sendable {
    case incoming, outgoing
}

/// What a peer has sent and been sent.
struct PeerTraffic {
    /// Payload from the peer to us.
    var download = RateMeter()
    /// Payload from us to the peer.
    var upload = RateMeter()
    /// What it gets from everybody, by its `have` messages.
    var own = RateMeter()
    /// Seconds of the swarm's clock.
    var lastReceived: UInt32 = 0
    var lastSent: UInt32 = 0
    /// Last block that was asked for and came whole.
    var lastBlock: UInt32 = 0
    /// It unchoked us and has sent nothing for a while.
    var isSnubbing = false
    /// Blocks that came without being asked for.
    var strayBlocks = 0
    /// Blocks that we no longer wanted after asking: as many may come unasked.
    var cancelledBlocks = 0
    /// Blocks that came first from this peer.
    var usefulBlocks = 0
    /// Requests rejected in this second though the peer does not choke us.
    var rejects = 0
    /// Pieces of the info dictionary that it was sent.
    var metadataPieces = 0
    /// Bytes of messages, not of blocks, that the peer has yet to read.
    var unreadBytes = 0
}

/// The way to a connected peer; all calls on the swarm's loop.
package protocol PeerConnection: AnyObject, Sendable {
    /// False while so much is waiting to be sent that more would only use memory.
    var isWritable: Bool { get }
    /// Queues bytes; they leave with the next `flush`.
    func write(_ bytes: ByteBuffer)
    /// Sends what was queued.
    func flush()
    /// Stops or goes on reading; what the peer sends meanwhile waits in its own send buffer.
    func setReading(_ reading: Bool)
    /// Closes; the swarm hears nothing more of it.
    func close()
}
