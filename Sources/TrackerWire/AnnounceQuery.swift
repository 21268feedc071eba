import Metainfo

/// Gathers the keys of an announce's query; asks for what is missing at the end. BEP 3, 7, 23.
struct AnnounceQuery {
    private var infoHash: InfoHash?
    private var peerID: PeerID?
    private var port: UInt16?
    private var uploaded: Int64 = 0
    private var downloaded: Int64 = 0
    private var left: Int64 = .max
    private var event = AnnounceEvent.none
    private var numWant: Int32 = -1
    private var key: UInt32?
    private var host: String?
    private var compact = true
    private var noPeerID = false
    private var trackerID: [UInt8]?
    private var isPaused = false

    /// Takes one `key=value` of the query.
    mutating func take(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(TrackerFailure) {
        switch name.count {
        case 2: if name.equals("ip") { host = Self.text(value) }
        case 3: if name.equals("key") { key = Self.key(value) }
        case 4:
            if name.equals("port") {
                port = UInt16(try Self.number("port", value, in: 0...65535))
            } else if name.equals("left") {
                left = try Self.number("left", value, in: 0...Int64.max)
            }
        case 5:
            if name.equals("event") {
                event = try Self.event(value)
                isPaused = value.equals("paused")
            }
        case 7:
            if name.equals("peer_id") {
                peerID = try Self.peerID(value)
            } else if name.equals("compact") {
                compact = !value.equals("0")
            } else if name.equals("numwant") {
                numWant = try Self.numWant(value)
            }
        case 8: if name.equals("uploaded") { uploaded = try Self.number("uploaded", value, in: 0...Int64.max) }
        case 9:
            if name.equals("info_hash") {
                guard infoHash == nil else { throw .malformed("info_hash: found twice, wants one torrent") }
                infoHash = try Self.infoHash(value)
            } else if name.equals("trackerid") {
                trackerID = Self.bytes(value)
            }
        case 10:
            if name.equals("downloaded") {
                downloaded = try Self.number("downloaded", value, in: 0...Int64.max)
            } else if name.equals("no_peer_id") {
                noPeerID = !value.equals("0")
            }
        default: break
        }
    }

    /// The whole request, or which key is missing.
    func request() throws(TrackerFailure) -> AnnounceRequest {
        guard let infoHash else { throw .malformed("info_hash: missing, wants 20 bytes") }
        guard let peerID else { throw .malformed("peer_id: missing, wants 20 bytes") }
        guard let port else { throw .malformed("port: missing, wants 0 to 65535") }
        var request = AnnounceRequest(
            infoHash: infoHash, peerID: peerID, port: port, uploaded: uploaded, downloaded: downloaded, left: left,
            event: event, numWant: numWant, key: key,
            ip: host.flatMap { PeerAddress(host: $0, port: Int(port)) }, compact: compact, noPeerID: noPeerID,
            trackerID: trackerID)
        request.isPaused = isPaused
        return request
    }

    static func infoHash(_ value: UnsafeRawBufferPointer) throws(TrackerFailure) -> InfoHash {
        var storage: (UInt64, UInt64, UInt32) = (0, 0, 0)
        let count = withUnsafeMutableBytes(of: &storage) { PercentEncoding.decode(value, into: $0.twenty) }
        guard count == 20 else { throw wrongLength("info_hash", count) }
        return withUnsafeBytes(of: &storage) { InfoHash(copying: $0) }
    }

    private static func peerID(_ value: UnsafeRawBufferPointer) throws(TrackerFailure) -> PeerID {
        var storage: (UInt64, UInt64, UInt32) = (0, 0, 0)
        let count = withUnsafeMutableBytes(of: &storage) { PercentEncoding.decode(value, into: $0.twenty) }
        guard count == 20 else { throw wrongLength("peer_id", count) }
        return withUnsafeBytes(of: &storage) { PeerID(copying: $0) }
    }

    private static func wrongLength(_ name: String, _ count: Int?) -> TrackerFailure {
        guard let count else { return .malformed("\(name): a % without two hexadecimal digits behind it") }
        return .malformed("\(name): \(count) bytes, wants 20")
    }

    private static func number(
        _ name: String, _ value: UnsafeRawBufferPointer, in range: ClosedRange<Int64>
    ) throws(TrackerFailure) -> Int64 {
        guard let number = value.decimal(), range.contains(number) else {
            let wanted = range.upperBound == .max ? "a number from 0" : "\(range.lowerBound) to \(range.upperBound)"
            throw .malformed("\(name): found \"\(TrackerFailure.cleaned(value.prefix(32)))\", wants \(wanted)")
        }
        return number
    }

    /// Any negative number leaves it to the tracker; any large one means "as many as you give".
    private static func numWant(_ value: UnsafeRawBufferPointer) throws(TrackerFailure) -> Int32 {
        // Some clients send the key without a value.
        guard !value.isEmpty else { return -1 }
        let number = try number("numwant", value, in: Int64.min...Int64.max)
        return number < 0 ? -1 : Int32(clamping: number)
    }

    private static func event(_ value: UnsafeRawBufferPointer) throws(TrackerFailure) -> AnnounceEvent {
        // BEP 21: `paused` is a regular announce of a peer that wants nothing more.
        if value.isEmpty || value.equals("paused") { return .none }
        if value.equals("started") { return .started }
        if value.equals("stopped") { return .stopped }
        if value.equals("completed") { return .completed }
        let found = TrackerFailure.cleaned(value.prefix(32))
        throw .malformed("event: found \"\(found)\", wants started, stopped, completed or nothing")
    }

    /// Up to eight hexadecimal digits are the number itself; any other secret becomes a number by FNV-1a.
    private static func key(_ value: UnsafeRawBufferPointer) -> UInt32? {
        if value.isEmpty { return nil }
        if value.count <= 8, let number = UInt32(String(decoding: value, as: UTF8.self), radix: 16) { return number }
        return value.prefix(64).reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }

    private static func text(_ value: UnsafeRawBufferPointer) -> String? {
        bytes(value).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The decoded bytes of a short value; nil if it is longer than 64 bytes or wrongly encoded.
    private static func bytes(_ value: UnsafeRawBufferPointer) -> [UInt8]? {
        let target = [UInt8](unsafeUninitializedCapacity: 64) { memory, count in
            let decoded = PercentEncoding.decode(value, into: UnsafeMutableRawBufferPointer(memory)) ?? 65
            count = decoded <= 64 ? decoded : 0
        }
        return target.isEmpty ? nil : target
    }
}

extension UnsafeMutableRawBufferPointer {
    /// The first 20 of the 24 bytes that a tuple of three words takes.
    fileprivate var twenty: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: self[..<20]) }
}
