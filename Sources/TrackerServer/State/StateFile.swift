import Bencode
import Glibc
import Metainfo

/// What a tracker remembers over restarts, in the form of bttrack's `dfile`: `completed` and `peers`, bencoded.
///
///     d9:completedd20:HASHi5e…e5:peersd20:HASHd20:PEERID d2:ip…4:lefti0e4:porti6881ee…eee
///
/// bttrack reads what is written here, and the other way round.
enum StateFile {
    private static let maximumBytes = 4 << 30
    private static let step = 1 << 20

    /// Writes everything to `path`: a new file that takes the place of the old one when it is whole and on the disk.
    static func write(_ table: SwarmTable, to path: String) throws(TrackerError) {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(path: temporary, code: errno) }
        var writer = Writer(descriptor: descriptor)
        writeContents(table, &writer)
        writer.flush()
        let isOnDisk = writer.failure == 0 && fsync(descriptor) == 0
        let code = writer.failure == 0 ? errno : writer.failure
        close(descriptor)
        guard isOnDisk, rename(temporary, path) == 0 else {
            let renameCode = errno
            unlink(temporary)
            throw .cannotWrite(path: path, code: isOnDisk ? renameCode : code)
        }
        syncFolder(of: path)
    }

    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func writeContents(_ table: SwarmTable, _ writer: inout Writer) {
        let infoHashes = table.infoHashes.sorted()
        writer.write("d9:completedd")
        for infoHash in infoHashes {
            guard let downloaded = table.counts(of: infoHash)?.downloaded, downloaded > 0 else { continue }
            writer.write(string: infoHash.bytes)
            writer.write("i\(downloaded)e")
        }
        writer.write("e5:peersd")
        for infoHash in infoHashes {
            guard let (peers, _) = table.contents(of: infoHash), !peers.isEmpty else { continue }
            writer.write(string: infoHash.bytes)
            writer.write("d")
            let sorted = peers.sorted { $0.peerID.bytes.lexicographicallyPrecedes($1.peerID.bytes) }
            var last: PeerID?
            for peer in sorted where peer.peerID != last {
                last = peer.peerID
                let host = peer.host.text
                writer.write(string: peer.peerID.bytes)
                writer.write("d2:ip\(host.utf8.count):\(host)4:lefti\(peer.isSeed ? 0 : 1)e4:porti\(peer.port)ee")
            }
            writer.write("e")
        }
        writer.write("ee")
    }

    /// Puts the content of a file into `table`; the peers count as heard of now, so they have time to come back.
    ///
    /// - Parameter allows: torrents that it refuses are left out.
    /// - Throws: `badState` when the file is no state; a file that is not there yet is fine.
    static func read(_ path: String, into table: SwarmTable, now: UInt32, allows: (InfoHash) -> Bool)
        throws(TrackerError)
    {
        guard let bytes = FileBytes.read(path, limit: maximumBytes) else {
            guard errno == ENOENT else { throw .unreadableList(path: path, code: errno) }
            return
        }
        guard !bytes.isEmpty else { return }
        let root: BencodeNode
        do {
            root = try BencodeDecoder(limits: BencodeLimits(maxDepth: 16, maxItems: 1 << 28, maxBytes: maximumBytes))
                .decode(bytes)
        } catch {
            throw .badState(path: path, reason: "\(error)")
        }
        guard let completed = root["completed"]?.dictionary, let peers = root["peers"]?.dictionary else {
            throw .badState(path: path, reason: "no dictionaries \"completed\" and \"peers\" in it")
        }
        for (key, value) in completed {
            guard let infoHash = key.slice.flatMap({ InfoHash(bytes: $0) }), allows(infoHash), let count = value.integer
            else { continue }
            table.restore(infoHash, downloaded: UInt32(clamping: count), now: now)
        }
        var random = SystemRandomNumberGenerator()
        let sample = PeerSample(capacity: 1)
        for (key, value) in peers {
            guard let infoHash = key.slice.flatMap({ InfoHash(bytes: $0) }), allows(infoHash),
                let entries = value.dictionary
            else { continue }
            for (id, peer) in entries {
                guard let announce = announce(infoHash, id, peer) else { continue }
                _ = table.announce(announce, mayCreate: true, now: now, random: &random, into: sample)
            }
        }
    }

    private static func announce(_ infoHash: InfoHash, _ id: BencodeNode, _ peer: BencodeNode) -> SwarmTable.Announce? {
        guard let peerID = id.slice.flatMap({ PeerID(bytes: $0) }), let ip = peer["ip"]?.text,
            let host = PeerHost(text: ip), let port = peer["port"]?.integer, (1...65535).contains(port)
        else { return nil }
        return SwarmTable.Announce(
            infoHash: infoHash, peerID: peerID, host: host, port: UInt16(port),
            isSeed: peer["left"]?.integer == 0, event: .regular, wanted: 0)
    }

    /// Bytes on their way to a file, in large steps.
    private struct Writer {
        let descriptor: Int32
        /// The first error number; nothing is written after it.
        private(set) var failure: Int32 = 0
        private var buffer: [UInt8] = []

        init(descriptor: Int32) {
            self.descriptor = descriptor
            buffer.reserveCapacity(StateFile.step + 4096)
        }

        mutating func write(_ text: String) {
            buffer.append(contentsOf: text.utf8)
            if buffer.count >= StateFile.step { flush() }
        }

        mutating func write(string bytes: [UInt8]) {
            buffer.append(contentsOf: "\(bytes.count):".utf8)
            buffer.append(contentsOf: bytes)
        }

        mutating func flush() {
            var rest = buffer[...]
            while failure == 0, !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                if count <= 0 { failure = count == 0 ? ENOSPC : errno } else { rest = rest.dropFirst(count) }
            }
            buffer.removeAll(keepingCapacity: true)
        }
    }
}
