/// Reads the messages of one peer straight from the receive buffer, however the stream was cut into reads.
///
/// What it must respect:
/// - no allocation and no copy for blocks and for messages of fixed length: only the first bytes of a message (up to 17)
///   are kept when a read ends inside them, in place, inside the parser;
/// - a block is never gathered: its bytes are handed out in runs as they arrive, and the caller copies each once to its
///   place in the piece;
/// - `bitfield` and `extended` payloads are gathered by the bytes received, not by the length announced, so twenty
///   peers that announce much and send nothing cost nothing;
/// - lengths are judged by the prefix, before any byte behind it is kept.
///
/// The parser knows neither torrent nor connection. Left to the caller: whether indices and ranges lie inside the
/// torrent, whether a bitfield comes first and once, whether BEP 6 or BEP 10 messages were agreed on, whether a block was
/// asked for. BEP 3, 6, 10.
package struct MessageParser: ~Copyable {
    /// What the next bytes of the stream are.
    package enum Step {
        /// The input is used up; call again with what comes next.
        case needsMore
        /// One whole message.
        case message(PeerMessage)
        /// A run of a block's payload, never empty; `offset` is its place in the block. The block is whole when
        /// `offset + bytes.count == request.length`. The pointer is valid as long as the input's memory.
        case block(BlockRequest, offset: Int, bytes: UnsafeRawBufferPointer)
    }

    private enum Phase {
        case header
        case block(BlockRequest, received: Int)
        case bitfield(remaining: Int)
        case extended(id: UInt8, remaining: Int)
        case skipping(id: UInt8, remaining: Int)
    }

    private let limits: MessageLimits
    private let maxMessageLength: Int
    private var phase = Phase.header
    /// The beginning of a header whose end has not arrived; the longest is prefix, id and the numbers of a request.
    private var held = InlineArray<17, UInt8>(repeating: 0)
    private var heldCount = 0
    /// The part of a `bitfield` or `extended` payload that has arrived.
    private var gathered: [UInt8] = []

    /// A parser at the first byte after the handshake.
    package init(limits: MessageLimits = MessageLimits()) {
        self.limits = limits
        self.maxMessageLength = limits.maxMessageLength
    }

    /// Takes one step from the front of `input` and moves `input` behind what was used.
    ///
    /// Call until it says `needsMore`; then `input` is empty.
    ///
    /// - Throws: what the peer did wrong; the stream is lost then, the parser must not be called again.
    package mutating func next(_ input: inout UnsafeRawBufferPointer) throws(PeerWireError) -> Step {
        if case .header = phase, let step = try readHeader(&input) {
            return step
        }
        return readPayload(&input)
    }

    // MARK: - Headers

    /// Nil when the header is read and its payload comes next.
    private mutating func readHeader(_ input: inout UnsafeRawBufferPointer) throws(PeerWireError) -> Step? {
        if heldCount == 0 {
            let needed = try headerLength(input)
            if input.count >= needed {
                let header = UnsafeRawBufferPointer(rebasing: input[..<needed])
                input = UnsafeRawBufferPointer(rebasing: input[needed...])
                return readWholeHeader(header)
            }
        }
        while true {
            let needed = try withUnsafeBytes(of: held) { bytes throws(PeerWireError) in
                try headerLength(UnsafeRawBufferPointer(rebasing: bytes[..<heldCount]))
            }
            if needed == heldCount { break }
            guard input.count > 0 else { return .needsMore }
            let taken = min(needed - heldCount, input.count)
            withUnsafeMutableBytes(of: &held) { bytes in
                UnsafeMutableRawBufferPointer(rebasing: bytes[heldCount...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<taken]))
            }
            heldCount += taken
            input = UnsafeRawBufferPointer(rebasing: input[taken...])
        }
        let header = held
        let count = heldCount
        heldCount = 0
        return withUnsafeBytes(of: header) { bytes in
            readWholeHeader(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }

    /// How many bytes must be there to say more: the prefix, then the id, then what the id wants; judges the length.
    private func headerLength(_ bytes: UnsafeRawBufferPointer) throws(PeerWireError) -> Int {
        guard bytes.count >= 4 else { return 4 }
        let length = Int(bytes.bigEndian32(at: 0))
        if length == 0 { return 4 }
        guard length <= maxMessageLength else {
            throw .tooLong(id: nil, length: length, limit: maxMessageLength)
        }
        guard bytes.count >= 5 else { return 5 }
        let id = bytes[4]
        switch id {
        case MessageID.piece:
            try expect(length, atLeast: 9, atMost: 9 + limits.maxBlockLength, id)
            if length > 9 || bytes.count < 13 { return 13 }
            throw .emptyBlock(piece: bytes.bigEndian32(at: 5), begin: bytes.bigEndian32(at: 9))
        case MessageID.request, MessageID.cancel, MessageID.reject:
            return try fixed(length, 13, id)
        case MessageID.have, MessageID.suggest, MessageID.allowedFast:
            return try fixed(length, 5, id)
        case MessageID.choke, MessageID.unchoke, MessageID.interested, MessageID.notInterested, MessageID.haveAll,
            MessageID.haveNone:
            return try fixed(length, 1, id)
        case MessageID.port:
            return try fixed(length, 3, id)
        case MessageID.bitfield:
            try expect(length, atLeast: 1, atMost: 1 + limits.maxBitfieldBytes, id)
            return 5
        case MessageID.extended:
            try expect(length, atLeast: 2, atMost: 2 + limits.maxExtendedBytes, id)
            return 6
        default:
            try expect(length, atLeast: 1, atMost: 1 + limits.maxUnknownBytes, id)
            return 5
        }
    }

    private func fixed(_ found: Int, _ wanted: Int, _ id: UInt8) throws(PeerWireError) -> Int {
        guard found == wanted else { throw .wrongLength(id: id, found: found, wanted: wanted) }
        return 4 + wanted
    }

    private func expect(_ length: Int, atLeast low: Int, atMost high: Int, _ id: UInt8) throws(PeerWireError) {
        guard length >= low else { throw .wrongLength(id: id, found: length, wanted: low) }
        guard length <= high else { throw .tooLong(id: id, length: length, limit: high) }
    }

    /// `header` is exactly what `headerLength` asked for, and was judged by it.
    private mutating func readWholeHeader(_ header: UnsafeRawBufferPointer) -> Step? {
        guard header.count > 4 else { return .message(.keepAlive) }
        let payload = Int(header.bigEndian32(at: 0)) - 1
        switch header[4] {
        case MessageID.piece:
            let block = BlockRequest(
                piece: header.bigEndian32(at: 5), begin: header.bigEndian32(at: 9), length: UInt32(payload - 8))
            phase = .block(block, received: 0)
            return nil
        case MessageID.request: return .message(.request(header.block(at: 5)))
        case MessageID.have: return .message(.have(header.bigEndian32(at: 5)))
        case MessageID.cancel: return .message(.cancel(header.block(at: 5)))
        case MessageID.reject: return .message(.reject(header.block(at: 5)))
        case MessageID.choke: return .message(.choke)
        case MessageID.unchoke: return .message(.unchoke)
        case MessageID.interested: return .message(.interested)
        case MessageID.notInterested: return .message(.notInterested)
        case MessageID.suggest: return .message(.suggest(header.bigEndian32(at: 5)))
        case MessageID.allowedFast: return .message(.allowedFast(header.bigEndian32(at: 5)))
        case MessageID.haveAll: return .message(.haveAll)
        case MessageID.haveNone: return .message(.haveNone)
        case MessageID.port: return .message(.port(UInt16(header[5]) << 8 | UInt16(header[6])))
        case MessageID.bitfield: phase = .bitfield(remaining: payload)
        case MessageID.extended: phase = .extended(id: header[5], remaining: payload - 1)
        case let id: phase = .skipping(id: id, remaining: payload)
        }
        return nil
    }

    // MARK: - Payloads

    private mutating func readPayload(_ input: inout UnsafeRawBufferPointer) -> Step {
        switch phase {
        case .header:
            return .needsMore
        case .block(let block, let received):
            guard input.count > 0 else { return .needsMore }
            let run = take(Int(block.length) - received, from: &input)
            let now = received + run.count
            phase = now == Int(block.length) ? .header : .block(block, received: now)
            return .block(block, offset: received, bytes: run)
        case .bitfield(let remaining):
            let run = take(remaining, from: &input)
            gathered.append(contentsOf: run)
            phase = .bitfield(remaining: remaining - run.count)
            return run.count == remaining ? finish(.bitfield(takeGathered())) : .needsMore
        case .extended(let id, let remaining):
            let run = take(remaining, from: &input)
            gathered.append(contentsOf: run)
            phase = .extended(id: id, remaining: remaining - run.count)
            return run.count == remaining ? finish(.extended(id: id, payload: takeGathered())) : .needsMore
        case .skipping(let id, let remaining):
            let run = take(remaining, from: &input)
            phase = .skipping(id: id, remaining: remaining - run.count)
            return run.count == remaining ? finish(.unknown(id: id)) : .needsMore
        }
    }

    private mutating func finish(_ message: PeerMessage) -> Step {
        phase = .header
        return .message(message)
    }

    private mutating func takeGathered() -> [UInt8] {
        let bytes = gathered
        gathered = []
        return bytes
    }

    private func take(_ count: Int, from input: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let taken = min(count, input.count)
        let run = UnsafeRawBufferPointer(rebasing: input[..<taken])
        input = UnsafeRawBufferPointer(rebasing: input[taken...])
        return run
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    fileprivate func block(at offset: Int) -> BlockRequest {
        BlockRequest(
            piece: bigEndian32(at: offset), begin: bigEndian32(at: offset + 4), length: bigEndian32(at: offset + 8))
    }
}
