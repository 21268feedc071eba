import Bencode
import Glibc
import Metainfo
import Synchronization

/// Writes and removes the files of some torrents together.
///
/// What it must respect, so that a process killed and a machine cut off at any point leave a folder that loads:
/// - a file is written under another name, brought to the disk, and only then put in its place;
/// - `HASH.torrent` comes last and goes first: a torrent is there only together with what is remembered of it;
/// - a file that is as it should be is not touched;
/// - keys that are not ours stay; whoever wrote them wants them back.
final class SessionBatch: Sendable {
    struct Job: Sendable {
        var infoHash: InfoHash
        /// Files from before go first.
        var removes: Bool
        var state: SessionState?
    }

    private let files: any SessionFiles
    private let report: @Sendable (String) -> Void
    /// Causes that were told; all are forgotten once a batch works.
    private let told = Mutex<Set<FileStepError>>([])

    init(_ files: any SessionFiles, report: @escaping @Sendable (String) -> Void) {
        self.files = files
        self.report = report
    }

    /// - Returns: what kept each job from being done; nil for those that are on the disk.
    func run(_ jobs: [Job]) -> [SessionError?] {
        var results = [SessionError?](repeating: nil, count: jobs.count)
        var written: [[String]] = []
        for (index, job) in jobs.enumerated() {
            written.append(step(&results[index], job) { () throws(SessionError) in try write(job) } ?? [])
        }
        let count = written.reduce(0) { $0 + $1.count }
        if count > 4 { files.beginSync() }
        for (index, job) in jobs.enumerated() where results[index] == nil {
            _ = step(&results[index], job) { () throws(SessionError) in try place(written[index]) }
        }
        syncFolder(&results, jobs)
        if results.allSatisfy({ $0 == nil }) { told.withLock { $0 = [] } }
        return results
    }

    private func step<T>(_ result: inout SessionError?, _ job: Job, _ body: () throws(SessionError) -> T) -> T? {
        do throws(SessionError) {
            return try body()
        } catch {
            result = error
            tell(error)
            for name in SessionNames(job.infoHash).written { try? files.remove(SessionNames.new(name)) }
            return nil
        }
    }

    private func tell(_ error: SessionError) {
        guard case .notSaved(_, let step, let code) = error else { return }
        let isNew = told.withLock { $0.insert(FileStepError(step: step, code: code)).inserted }
        if isNew { report(error.description) }
    }

    private func syncFolder(_ results: inout [SessionError?], _ jobs: [Job]) {
        do throws(FileStepError) {
            try files.syncFolder()
        } catch {
            let failure = SessionError.notSaved(file: ".", step: error.step, code: error.code)
            tell(failure)
            for index in results.indices where results[index] == nil { results[index] = failure }
        }
    }

    // MARK: One torrent

    /// - Returns: names of the files that wait under their other name.
    private func write(_ job: Job) throws(SessionError) -> [String] {
        let names = SessionNames(job.infoHash)
        if job.removes {
            for name in names.all {
                try attempt(name) { () throws(FileStepError) in try files.remove(name) }
            }
        }
        guard let state = job.state else { return [] }
        var written: [String] = []
        let isNew = job.removes || !files.has(names.torrent)
        let resume = try base(names.resume, isNew)
        try add(ResumeCoding.encode(state, over: resume), over: resume, names.resume, &written)
        let record = try base(names.record, isNew)
        try add(RecordCoding.encode(state.record, over: record), over: record, names.record, &written)
        if let content = state.content {
            try addTorrent(TorrentCoding.encode(content, infoHash: state.infoHash), names.torrent, &written)
        }
        return written
    }

    /// What is in a file now; nothing if it is not what it should be, or was left by a torrent that is gone.
    private func base(_ name: String, _ isNew: Bool) throws(SessionError) -> BencodeValue? {
        guard !isNew, let bytes = try? files.read(name, limit: SessionReader.maxSideBytes),
            let node = try? BencodeDecoder(limits: SessionReader.limits).decode(bytes), node.kind == .dictionary
        else { return nil }
        return node.value
    }

    private func add(
        _ value: BencodeValue, over base: BencodeValue?, _ name: String, _ written: inout [String]
    ) throws(SessionError) {
        guard value != base else { return }
        try put(BencodeEncoder.encode(value), name)
        written.append(name)
    }

    private func addTorrent(_ bytes: [UInt8], _ name: String, _ written: inout [String]) throws(SessionError) {
        guard (try? files.read(name, limit: SessionReader.maxTorrentBytes)) != bytes else { return }
        try put(bytes, name)
        written.append(name)
    }

    private func put(_ bytes: [UInt8], _ name: String) throws(SessionError) {
        try attempt(name) { () throws(FileStepError) in try files.write(bytes, to: SessionNames.new(name)) }
    }

    private func place(_ names: [String]) throws(SessionError) {
        for name in names {
            try attempt(name) { () throws(FileStepError) in try files.sync(SessionNames.new(name)) }
        }
        for name in names {
            try attempt(name) { () throws(FileStepError) in try files.rename(SessionNames.new(name), to: name) }
        }
    }

    private func attempt(_ name: String, _ body: () throws(FileStepError) -> Void) throws(SessionError) {
        do throws(FileStepError) { try body() } catch {
            throw .notSaved(file: name, step: error.step, code: error.code)
        }
    }
}
