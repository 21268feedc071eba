package import NIOCore

// The writing half of `MessageParser`; one bounds check for each message of fixed length. BEP 3, 6, 10.
extension ByteBuffer {
    /// The bytes in front of a block's payload: length prefix, id, piece, begin.
    package static let blockHeaderLength = 13

    /// Appends a message, length prefix and all.
    ///
    /// An `unknown` one is written with an empty payload.
    package mutating func write(peerMessage message: PeerMessage) {
        switch message {
        case .keepAlive: writeInteger(UInt32(0))
        case .choke: write(id: MessageID.choke)
        case .unchoke: write(id: MessageID.unchoke)
        case .interested: write(id: MessageID.interested)
        case .notInterested: write(id: MessageID.notInterested)
        case .have(let piece): write(id: MessageID.have, piece)
        case .bitfield(let bytes):
            writeMultipleIntegers(UInt32(truncatingIfNeeded: bytes.count + 1), MessageID.bitfield)
            writeBytes(bytes)
        case .request(let block): write(id: MessageID.request, block)
        case .cancel(let block): write(id: MessageID.cancel, block)
        case .port(let port): writeMultipleIntegers(UInt32(3), MessageID.port, port)
        case .suggest(let piece): write(id: MessageID.suggest, piece)
        case .haveAll: write(id: MessageID.haveAll)
        case .haveNone: write(id: MessageID.haveNone)
        case .reject(let block): write(id: MessageID.reject, block)
        case .allowedFast(let piece): write(id: MessageID.allowedFast, piece)
        case .extended(let id, let payload):
            writeMultipleIntegers(UInt32(truncatingIfNeeded: payload.count + 2), MessageID.extended, id)
            writeBytes(payload)
        case .unknown(let id): write(id: id)
        }
    }

    /// Appends what stands in front of a block's payload; exactly `length` bytes of it must follow.
    package mutating func writeBlockHeader(piece: UInt32, begin: UInt32, length: UInt32) {
        writeMultipleIntegers(length &+ 9, MessageID.piece, piece, begin)
    }

    private mutating func write(id: UInt8) {
        writeMultipleIntegers(UInt32(1), id)
    }

    private mutating func write(id: UInt8, _ piece: UInt32) {
        writeMultipleIntegers(UInt32(5), id, piece)
    }

    private mutating func write(id: UInt8, _ block: BlockRequest) {
        writeMultipleIntegers(UInt32(13), id, block.piece, block.begin, block.length)
    }
}
