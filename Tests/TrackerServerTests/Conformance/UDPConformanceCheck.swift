/// One row of the table: datagrams to a tracker, and what the answer to the last has to be. BEP 15.
struct UDPConformanceCheck: Sendable {
    typealias Packet = @Sendable (UDPPackets) -> [UInt8]

    let name: String
    let before: [Packet]
    let packet: Packet
    let wanted: String
    /// What opentracker answers otherwise, and why that is wrong or different.
    let theirs: (reply: String, why: String)?

    init(
        _ name: String, after before: [Packet] = [], _ packet: @escaping Packet, _ wanted: String,
        theirs: (String, String)? = nil
    ) {
        self.name = name
        self.before = before
        self.packet = packet
        self.wanted = wanted
        self.theirs = theirs.map { (reply: $0.0, why: $0.1) }
    }

    /// The answer in words. Silence shows by the answer to a connect that is sent behind.
    func reply(of probe: TrackerProbe, number: Int, host: String = "127.0.0.1") throws -> String {
        let udp = try UDPProbe(probe, host)
        let (first, second) = HTTPConformanceCheck.torrents(number)
        let packets = UDPPackets(id: try udp.connect(), torrent: Array(first.utf8), other: Array(second.utf8))
        for packet in before {
            try udp.socket.send(packet(packets))
            _ = try udp.socket.receive()
        }
        try udp.socket.send(packet(packets))
        try udp.socket.send(UDPPackets.connect(transaction: 0xEEEE))
        let answer = try udp.socket.receive()
        return words(answer, isIPv6: host.contains(":"))
    }

    private func words(_ answer: [UInt8], isIPv6: Bool) -> String {
        func number(_ offset: Int) -> Int {
            answer[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        guard answer.count >= 8 else { return "torn" }
        guard number(4) == UDPPackets.transaction else {
            return number(4) == 0xEEEE ? "silence" : "another transaction"
        }
        switch number(0) {
        case 0: return "connected, \(answer.count) bytes"
        case 1 where answer.count >= 20:
            let ports = ReplyText.compact(Array(answer[20...]), each: isIPv6 ? 18 : 6)
            return "\(number(16))/\(number(12)) \(ReplyText.ports(ports, own: UDPPackets.port))"
        case 2:
            let entries = stride(from: 8, to: answer.count - 11, by: 12).map {
                "\(number($0))/\(number($0 + 4))/\(number($0 + 8))"
            }
            return entries.count > 3 ? "scraped \(entries.count)" : "scraped \(entries.joined(separator: " "))"
        case 3: return "error"
        default: return "torn"
        }
    }
}

/// Writes datagrams byte for byte, right and wrong ones.
struct UDPPackets: Sendable {
    static let transaction = 9
    static let port = 1002

    let id: UInt64
    let torrent: [UInt8]
    let other: [UInt8]
    static let unlisted = Array("zzzzzzzzzzzzzzzzzzzz".utf8)

    /// The same with a connection id that nobody was given.
    var forged: UDPPackets { UDPPackets(id: id ^ 1, torrent: torrent, other: other) }
    /// The same with the connection id of somebody who never connected.
    var unconnected: UDPPackets { UDPPackets(id: 0, torrent: torrent, other: other) }

    static func connect(magic: UInt64 = 0x417_2710_1980, transaction: Int = transaction) -> [UInt8] {
        bytes(magic) + bytes(UInt32(0)) + bytes(UInt32(transaction))
    }

    func head(action: UInt32) -> [UInt8] {
        Self.bytes(id) + Self.bytes(action) + Self.bytes(UInt32(Self.transaction))
    }

    func announce(
        _ infoHash: [UInt8]? = nil, port: Int = UDPPackets.port, left: Int64 = 5, event: UInt32 = 0,
        wants: Int32 = -1, address: UInt32 = 0, key: UInt32 = 0
    ) -> [UInt8] {
        let who = head(action: 1) + (infoHash ?? torrent) + Array(TrackerProbe.peerID.utf8)
        let progress = Self.bytes(Int64(0)) + Self.bytes(left) + Self.bytes(Int64(0))
        let rest = Self.bytes(event) + Self.bytes(address) + Self.bytes(key) + Self.bytes(wants)
        return who + progress + rest + Self.bytes(UInt16(port))
    }

    func scrape(_ infoHashes: [UInt8]...) -> [UInt8] { head(action: 2) + infoHashes.flatMap(\.self) }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
