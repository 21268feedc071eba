import Crypto
import Metainfo

/// One datagram between trackers that tell each other of their peers: bytes to values and back, no sockets.
///
///     "SWTS" version:1 kind:1 node:8 sequence:8 unix-milliseconds:8 records… tag:16
///
/// The tag is HMAC-SHA-256 over all before it, cut to 16 bytes; without a shared key it is 16 zeros. Numbers are
/// big-endian.
struct SyncMessage: Sendable, Equatable {
    enum Kind: UInt8, Sendable {
        /// Announces that the sender took in.
        case announces = 1
        /// The sender knows nothing and asks for all.
        case hello = 2
        /// Counts of finished downloads.
        case counts = 3
    }

    enum Record: Sendable, Equatable {
        case announce(SwarmTable.Announce)
        case count(InfoHash, downloaded: UInt32)
    }

    var kind: Kind
    /// Made up by each process at its start.
    var node: UInt64
    /// Grows with each message of a node.
    var sequence: UInt64
    var unixMilliseconds: UInt64
    var records: [Record] = []

    static let maximumBytes = 1400
    private static let headBytes = 30
    private static let tagBytes = 16
    private static let magic: [UInt8] = [0x53, 0x57, 0x54, 0x53, 1]

    /// Bytes that a record takes; a message has room for records up to `maximumBytes - overhead` together.
    static func length(of record: Record) -> Int {
        switch record {
        case .announce(let announce): 43 + (announce.host.isIPv6 ? 16 : 4)
        case .count: 24
        }
    }

    static let overhead = headBytes + tagBytes

    func encode(key: SymmetricKey?) -> [UInt8] {
        var bytes = Self.magic
        bytes.reserveCapacity(Self.maximumBytes)
        bytes.append(kind.rawValue)
        bytes.append(bigEndian: node)
        bytes.append(bigEndian: sequence)
        bytes.append(bigEndian: unixMilliseconds)
        for record in records { Self.append(record, to: &bytes) }
        return bytes + Self.tag(bytes, key)
    }

    private static func append(_ record: Record, to bytes: inout [UInt8]) {
        switch record {
        case .announce(let announce):
            bytes.append(flags(of: announce))
            announce.infoHash.withUnsafeBytes { bytes.append(contentsOf: $0) }
            announce.peerID.withUnsafeBytes { bytes.append(contentsOf: $0) }
            if announce.host.isIPv6 {
                bytes.append(bigEndian: announce.host.high)
                bytes.append(bigEndian: announce.host.low)
            } else {
                bytes.append(bigEndian: UInt32(truncatingIfNeeded: announce.host.low))
            }
            bytes.append(bigEndian: announce.port)
        case .count(let infoHash, let downloaded):
            infoHash.withUnsafeBytes { bytes.append(contentsOf: $0) }
            bytes.append(bigEndian: downloaded)
        }
    }

    private static func flags(of announce: SwarmTable.Announce) -> UInt8 {
        (announce.isSeed ? 1 : 0) | (announce.event == .stopped ? 2 : 0) | (announce.event == .completed ? 4 : 0)
            | (announce.isPaused ? 8 : 0) | (announce.host.isIPv6 ? 16 : 0)
    }

    private static func tag(_ bytes: [UInt8], _ key: SymmetricKey?) -> [UInt8] {
        guard let key else { return Array(repeating: 0, count: tagBytes) }
        return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key).prefix(tagBytes))
    }

    /// - Returns: nil for anything that is not a whole message with the right tag.
    static func decode(_ bytes: [UInt8], key: SymmetricKey?) -> SyncMessage? {
        guard bytes.count >= overhead, bytes.count <= maximumBytes, bytes.starts(with: magic),
            let kind = Kind(rawValue: bytes[5])
        else { return nil }
        let body = bytes[..<(bytes.count - tagBytes)]
        guard isRight(Array(bytes[body.endIndex...]), Array(body), key) else { return nil }
        var reader = Reader(bytes: body[6...])
        guard let node = reader.integer(UInt64.self), let sequence = reader.integer(UInt64.self),
            let time = reader.integer(UInt64.self)
        else { return nil }
        var message = SyncMessage(kind: kind, node: node, sequence: sequence, unixMilliseconds: time)
        while !reader.isAtEnd {
            guard let record = kind == .counts ? reader.count() : reader.announce() else { return nil }
            message.records.append(record)
        }
        return message
    }

    private static func isRight(_ found: [UInt8], _ body: [UInt8], _ key: SymmetricKey?) -> Bool {
        let wanted = tag(body, key)
        // Every byte is looked at, so that the time taken tells nothing.
        return zip(found, wanted).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private struct Reader {
        var bytes: ArraySlice<UInt8>

        var isAtEnd: Bool { bytes.isEmpty }

        mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type) -> Integer? {
            let size = MemoryLayout<Integer>.size
            guard bytes.count >= size else { return nil }
            defer { bytes = bytes.dropFirst(size) }
            return bytes.prefix(size).reduce(0) { $0 << 8 | Integer(truncatingIfNeeded: $1) }
        }

        mutating func twenty() -> ArraySlice<UInt8>? {
            guard bytes.count >= 20 else { return nil }
            defer { bytes = bytes.dropFirst(20) }
            return bytes.prefix(20)
        }

        mutating func announce() -> Record? {
            guard let flags = integer(UInt8.self), let infoHash = twenty().flatMap({ InfoHash(bytes: $0) }),
                let peerID = twenty().flatMap({ PeerID(bytes: $0) })
            else { return nil }
            let host: PeerHost
            if flags & 16 != 0 {
                guard let high = integer(UInt64.self), let low = integer(UInt64.self) else { return nil }
                host = PeerHost(ipv6High: high, low: low)
            } else {
                guard let address = integer(UInt32.self) else { return nil }
                host = PeerHost(ipv4: address)
            }
            guard let port = integer(UInt16.self) else { return nil }
            return .announce(
                SwarmTable.Announce(
                    infoHash: infoHash, peerID: peerID, host: host, port: port, isSeed: flags & 1 != 0,
                    event: flags & 2 != 0 ? .stopped : flags & 4 != 0 ? .completed : .regular, wanted: 0,
                    isPaused: flags & 8 != 0))
        }

        mutating func count() -> Record? {
            guard let infoHash = twenty().flatMap({ InfoHash(bytes: $0) }), let downloaded = integer(UInt32.self) else {
                return nil
            }
            return .count(infoHash, downloaded: downloaded)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
