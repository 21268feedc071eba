import Bencode
import Glibc
import Metainfo
import Storage

/// `HASH.torrent.libtorrent_resume`: what is on disk, and whom to ask, as rTorrent keeps it.
enum ResumeCoding {
    /// A time of change that no file has: the file is there, but has to be hashed.
    static let doubtful = Int64.min

    /// Special times of change in rTorrent's files.
    private enum Mark {
        /// Not there; is to be made.
        static let create: Int64 = -1
        /// Not there; is not to be made.
        static let absent: Int64 = -2
        /// There, and to be hashed.
        static let recheck: Int64 = -3
        /// Was being written at the time.
        static let active: Int64 = -4
    }

    private static let maxPeers = 10_000
    private static let maxTrackers = 10_000

    /// What such a file holds.
    struct Content {
        var resume: ResumeData?
        /// One for each file; empty if there were none.
        var priorities: [UInt8] = []
        var trackers: [SavedTracker] = []
        var peers: [SavedPeer] = []
    }

    // MARK: Reading

    /// - Parameters:
    ///   - root: a dictionary.
    ///   - info: nil for a magnet, which has no pieces.
    ///   - problems: told of what could not be used.
    static func decode(_ root: BencodeNode, _ info: Info?, _ problems: inout [String]) -> Content {
        let members = SessionMembers(root)
        var content = Content()
        content.trackers = trackers(members, &problems)
        content.peers = peers(members, &problems)
        guard let files = members.list("files", &problems), !files.isEmpty else { return content }
        // rTorrent counts one file in a magnet.
        let count = info?.files.entries.count ?? 1
        guard files.count == count else {
            problems.append("it has \(files.count) files, the torrent \(count)")
            return content
        }
        content.priorities = files.map { UInt8(clamping: min(2, max(0, $0["priority"]?.integer ?? 1))) }
        guard let info else { return content }
        guard let verified = bitfield(members, info.layout.pieceCount, &problems) else { return content }
        content.resume = ResumeData(
            verified: verified, files: zip(files, content.priorities).map(file),
            uncertain: uncertain(members, info.layout.pieceCount, &problems))
        return content
    }

    private static func file(_ node: BencodeNode, priority: UInt8) -> ResumeData.File {
        // Without a time rTorrent, too, hashes what is there.
        let time = node["mtime"]?.integer ?? Mark.recheck
        let modified: Int64? =
            switch time {
            case Mark.create, Mark.absent: nil
            case Mark.recheck, Mark.active: doubtful
            default: time
            }
        return ResumeData.File(
            modified: modified, completedPieces: Int(clamping: max(0, node["completed"]?.integer ?? 0)),
            priority: FilePriority(rawValue: priority) ?? .normal)
    }

    /// Absent, or a number of pieces that is neither none nor all: everything is to be hashed.
    private static func bitfield(_ members: SessionMembers, _ count: Int, _ problems: inout [String]) -> Bitfield? {
        guard let node = members["bitfield"] else { return nil }
        if let number = node.integer {
            if number == Int64(count) { return Bitfield(allSet: count) }
            if number == 0 { return Bitfield(count: count) }
            problems.append("\"bitfield\" is \(number), wanted 0 or \(count)")
            return nil
        }
        guard let bytes = node.slice, let bits = Bitfield(wire: bytes, count: count) else {
            problems.append("\"bitfield\" is none for \(count) pieces")
            return nil
        }
        return bits
    }

    private static func uncertain(_ members: SessionMembers, _ count: Int, _ problems: inout [String]) -> [Int] {
        guard let bytes = members.bytes("uncertain_pieces", &problems) else { return [] }
        return stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).compactMap { start in
            let piece = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            return piece < count ? piece : nil
        }
    }

    private static func trackers(_ members: SessionMembers, _ problems: inout [String]) -> [SavedTracker] {
        (members.dictionary("trackers", &problems) ?? []).prefix(maxTrackers).compactMap { key, value in
            guard let url = key.text, value.kind == .dictionary else { return nil }
            let isExtra = value["extra_tracker"]?.integer ?? 0 != 0
            let tier = Int(clamping: min(32, max(0, value["group"]?.integer ?? 0)))
            return SavedTracker(
                url: url, isEnabled: value["enabled"]?.integer ?? 1 != 0, extraTier: isExtra ? tier : nil)
        }
    }

    private static func peers(_ members: SessionMembers, _ problems: inout [String]) -> [SavedPeer] {
        (members.list("peers", &problems) ?? []).prefix(maxPeers).compactMap { node in
            let address =
                node["inet"]?.slice.flatMap { PeerAddress(compactV4: $0) }
                ?? node["inet6"]?.slice.flatMap { PeerAddress(compactV6: $0) }
            guard let address, address.port != 0 else { return nil }
            return SavedPeer(
                address: address, failures: max(0, node["failed"]?.integer ?? 0),
                lastSeen: max(0, node["last"]?.integer ?? 0))
        }
    }

    // MARK: Writing

    /// - Parameter base: what is in the file; keys that are not known here stay.
    static func encode(_ state: SessionState, over base: BencodeValue?) -> BencodeValue {
        var value = base ?? [:]
        value["bitfield"] = state.resume.map { bitfield($0.verified) }
        value["files"] = .list(files(state))
        value["peers"] = .list(state.peers.prefix(maxPeers).map(peer))
        value["trackers"] = trackers(state.trackers)
        let uncertain = state.resume?.uncertain.filter { $0 >= 0 && $0 <= UInt32.max } ?? []
        let bytes = uncertain.flatMap { piece in (0..<4).map { UInt8(truncatingIfNeeded: piece >> (24 - 8 * $0)) } }
        // rTorrent looks at the pieces only with a time from before its start. The time alone is no reason to write again.
        if bytes.isEmpty {
            value["uncertain_pieces"] = nil
            value["uncertain_pieces.timestamp"] = nil
        } else if value["uncertain_pieces"] != .string(bytes) || value["uncertain_pieces.timestamp"] == nil {
            value["uncertain_pieces"] = .string(bytes)
            value["uncertain_pieces.timestamp"] = .integer(Int64(time(nil)))
        }
        return value
    }

    private static func bitfield(_ verified: Bitfield) -> BencodeValue {
        if verified.isAllSet || verified.isEmptySet { return .integer(Int64(verified.setCount)) }
        return .string(verified.wireBytes)
    }

    private static func files(_ state: SessionState) -> [BencodeValue] {
        let priorities = state.record.filePriorities
        guard let resume = state.resume else { return priorities.map { ["priority": .integer(Int64($0))] } }
        return resume.files.enumerated().map { index, file in
            let priority = index < priorities.count ? priorities[index] : file.priority.rawValue
            let modified: Int64 =
                switch file.modified {
                case nil: priority == 0 ? Mark.absent : Mark.create
                // Times before 1970 would read as marks.
                case let time? where time < 0: Mark.recheck
                case let time?: time
                }
            return [
                "completed": .integer(Int64(file.completedPieces)), "mtime": .integer(modified),
                "priority": .integer(Int64(priority)),
            ]
        }
    }

    private static func peer(_ peer: SavedPeer) -> BencodeValue {
        // rTorrent takes only "inet"; it passes over the others.
        let key = peer.address.isIPv6 ? "inet6" : "inet"
        var value: BencodeValue = ["failed": .integer(peer.failures), "last": .integer(peer.lastSeen)]
        value[key] = .string(peer.address.compact)
        return value
    }

    private static func trackers(_ trackers: [SavedTracker]) -> BencodeValue {
        let members = trackers.prefix(maxTrackers).map { tracker -> ([UInt8], BencodeValue) in
            var value: BencodeValue = ["enabled": .integer(tracker.isEnabled ? 1 : 0)]
            if let tier = tracker.extraTier {
                value["extra_tracker"] = 1
                value["group"] = .integer(Int64(tier))
            }
            return (Array(tracker.url.utf8), value)
        }
        return .dictionary(Dictionary(members, uniquingKeysWith: { first, _ in first }))
    }
}
