import Bencode
import Metainfo
import Synchronization

/// Reads the files of one torrent after another, and puts aside what is damaged. Any thread, each torrent on one.
struct SessionReader: Sendable {
    /// As large as a torrent may be in any other place.
    static let maxTorrentBytes = BencodeLimits().maxBytes
    /// Room for the peers and files of the largest torrent.
    static let maxSideBytes = 64 << 20
    static let limits = BencodeLimits(maxBytes: maxSideBytes)

    let files: any SessionFiles
    /// All names in the folder when reading began.
    let names: Set<String>
    /// Told what has no entry to be told with.
    let report: @Sendable (String) -> Void

    /// - Returns: nil if there is no torrent that can be read.
    func read(_ infoHash: InfoHash) -> SessionEntry? {
        let names = SessionNames(infoHash)
        settle(names.resume) { Self.dictionary($0) != nil }
        settle(names.record) { Self.dictionary($0) != nil }
        settle(names.torrent) { (try? TorrentCoding.decode($0, infoHash: infoHash)) != nil }
        guard let content = content(names, infoHash) else { return nil }
        var entry = SessionEntry(infoHash: infoHash, content: content)
        readRecord(names, &entry)
        readResume(names, &entry)
        readEmbedded(&entry)
        return entry
    }

    // MARK: Saves that were cut off

    /// A file on its way is whole and takes its place if there is none, or one that cannot be read; else it goes.
    private func settle(_ name: String, _ isWhole: ([UInt8]) -> Bool) {
        let new = SessionNames.new(name)
        guard names.contains(new) else { return }
        let limit = Self.maxTorrentBytes
        let old = try? files.read(name, limit: limit)
        if !(old.map(isWhole) ?? false), let bytes = try? files.read(new, limit: limit), isWhole(bytes) {
            if names.contains(name) { try? files.rename(name, to: SessionNames.damaged(name)) }
            try? files.rename(new, to: name)
        } else {
            try? files.remove(new)
        }
    }

    private static func dictionary(_ bytes: [UInt8]) -> BencodeNode? {
        guard let node = try? BencodeDecoder(limits: limits).decode(bytes), node.kind == .dictionary else { return nil }
        return node
    }

    // MARK: Files

    private func content(_ names: SessionNames, _ infoHash: InfoHash) -> SessionEntry.Content? {
        do throws(FileStepError) {
            guard let bytes = try files.read(names.torrent, limit: Self.maxTorrentBytes) else { return nil }
            do throws(SessionDamage) {
                return try TorrentCoding.decode(bytes, infoHash: infoHash)
            } catch {
                let place = putAside(names.torrent)
                report("session: \(names.torrent) is damaged: \(error.sentence); \(place), its torrent is left out")
            }
        } catch {
            report("session: \(names.torrent): could not \(error.step): \(SessionError.text(error.code)); left out")
        }
        return nil
    }

    private func readRecord(_ names: SessionNames, _ entry: inout SessionEntry) {
        read(names.record, "it is not started, and its labels and folder are lost", &entry) { root, entry, problems in
            entry.record = RecordCoding.decode(root, &problems)
        }
    }

    private func readResume(_ names: SessionNames, _ entry: inout SessionEntry) {
        read(names.resume, "its data has to be checked", &entry) { root, entry, problems in
            let content = ResumeCoding.decode(root, entry.metainfo?.info, &problems)
            entry.resume = content.resume
            entry.record.filePriorities = content.priorities
            entry.trackers = content.trackers
            entry.peers = content.peers
        }
    }

    /// - Parameter loss: what it means when nothing of the file can be read.
    private func read(
        _ name: String, _ loss: String, _ entry: inout SessionEntry,
        _ body: (BencodeNode, inout SessionEntry, inout [String]) -> Void
    ) {
        do throws(FileStepError) {
            guard let bytes = try files.read(name, limit: Self.maxSideBytes) else { return }
            guard let root = Self.dictionary(bytes) else {
                return entry.problems.append("session: \(name) is damaged: \(putAside(name)); \(loss)")
            }
            var problems: [String] = []
            body(root, &entry, &problems)
            guard !problems.isEmpty else { return }
            // What could be read is needed until it is saved again, so the file itself stays.
            try? files.link(name, to: SessionNames.damaged(name))
            entry.problems += problems.prefix(20).map { "session: \(name): \($0)" }
        } catch {
            entry.problems.append(
                "session: \(name): could not \(error.step): \(SessionError.text(error.code)); \(loss)")
        }
    }

    private func putAside(_ name: String) -> String {
        let aside = SessionNames.damaged(name)
        do throws(FileStepError) {
            try files.rename(name, to: aside)
            return "kept as \(aside)"
        } catch {
            return "it stays where it is"
        }
    }

    // MARK: Torrents of old

    /// rTorrent before 0.8.9 had no files beside the torrent.
    private func readEmbedded(_ entry: inout SessionEntry) {
        let names = SessionNames(entry.infoHash)
        guard let metainfo = entry.metainfo else { return }
        let needsRecord = !self.names.contains(names.record) && !self.names.contains(SessionNames.new(names.record))
        let needsResume = !self.names.contains(names.resume) && !self.names.contains(SessionNames.new(names.resume))
        guard needsRecord || needsResume, let embedded = EmbeddedState(metainfo) else { return }
        if needsRecord, let record = embedded.record {
            let priorities = entry.record.filePriorities
            entry.record = record
            entry.record.filePriorities = priorities
        }
        if needsResume, let resume = embedded.resume {
            entry.resume = resume.data
            entry.record.filePriorities = resume.priorities
        }
    }
}
