package import Metainfo
import Synchronization

/// Makes a torrent of a file or folder: walk, hash, walk again, encode.
///
/// The bytes that come out depend on names, contents and settings only, never on the machine, the number of threads or the order
/// in which the file system lists a folder.
package struct TorrentBuilder: Sendable {
    /// What to publish.
    package let root: String
    package let exclusions: ExclusionList
    /// Everything of the torrent but its files and hashes.
    package var draft: MetainfoDraft
    package var threads: Int
    package let stop: StopSignal

    /// The outcome of the first walk, kept to compare with the second.
    package let walk: FileWalk
    package let layout: PieceLayout

    /// Walks the root and settles the piece length; hashes nothing yet.
    ///
    /// - Parameters:
    ///   - pieceLength: nil chooses by size.
    ///   - threads: nil takes all processors.
    package init(
        root: String, exclusions: ExclusionList = ExclusionList(), draft: MetainfoDraft, pieceLength: Int? = nil,
        threads: Int? = nil, stop: StopSignal = StopSignal()
    ) throws(BuildError) {
        self.root = root
        self.exclusions = exclusions
        self.draft = draft
        self.threads = max(1, threads ?? WorkerThreads.processorCount)
        self.stop = stop
        walk = try FileWalk(root: root, exclusions: exclusions)
        let total = walk.totalLength
        guard total > 0 else { throw .noBytes(path: root) }
        do throws(MetainfoError) {
            layout = try PieceLayout(
                totalLength: total, pieceLength: pieceLength ?? PieceLengthChoice.automatic(totalLength: total))
        } catch {
            throw .pieceLength("of \(pieceLength ?? 0) bytes for \(total) bytes: \(error)")
        }
    }

    /// Hashes everything and gives the bytes of the .torrent file.
    ///
    /// - Parameter progress: called from several threads with the bytes hashed so far.
    /// - Throws: `.changed` when the files are not at the end what they were at the start.
    package func build(progress: @escaping @Sendable (Int64) -> Void = { _ in }) throws(BuildError) -> [UInt8] {
        let hashes = try hash(progress)
        try checkUnchanged()
        var draft = draft
        draft.pieceLength = layout.pieceLength
        draft.pieces = hashes
        draft.content =
            walk.isSingleFile
            ? .file(length: walk.files[0].length)
            : .folder(walk.files.map { MetainfoDraft.File(path: $0.components, length: $0.length) })
        return draft.encode()
    }

    /// The hashes of all pieces, one after the other.
    private func hash(_ progress: @escaping @Sendable (Int64) -> Void) throws(BuildError) -> [UInt8] {
        let source = SourceBytes(walk.files)
        let layout = layout
        let results = Results(pieceCount: layout.pieceCount)
        let stop = stop
        let sweep = PieceSweep<SHA1Lanes>(
            pieceCount: layout.pieceCount, pieceLength: layout.pieceLength, length: { layout.length(of: $0) },
            threads: threads, stop: stop,
            read: { (piece, offset, buffer) throws(StorageError) in
                try source.read(into: buffer, at: layout.offset(of: piece) + Int64(offset))
            },
            announce: { source.announceRead(at: $0, length: $1) },
            deliver: { piece, result in
                if !results.deliver(piece, result) { stop.stop() }
            },
            progress: progress)
        sweep.run()
        return try results.hashes(stopped: stop.isStopped)
    }

    private func checkUnchanged() throws(BuildError) {
        let now: FileWalk
        do throws(BuildError) {
            now = try FileWalk(root: root, exclusions: exclusions)
        } catch {
            if case .storage(.missing(let path)) = error { throw .changed(path: path, how: "was deleted") }
            throw error
        }
        guard now.files != walk.files else { return }
        let before = Dictionary(walk.files.map { ($0.components, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(now.files.map { ($0.components, $0) }, uniquingKeysWith: { first, _ in first })
        for file in walk.files where after[file.components] == nil {
            throw .changed(path: file.path, how: "was deleted")
        }
        for file in now.files {
            guard let old = before[file.components] else { throw .changed(path: file.path, how: "appeared") }
            if old.length != file.length {
                throw .changed(path: file.path, how: "went from \(old.length) to \(file.length) bytes")
            }
            if old != file { throw .changed(path: file.path, how: "was changed or replaced") }
        }
        throw .changed(path: root, how: "changed")
    }
}

/// The hashes as they come in, in any order, and the first failure.
private final class Results: Sendable {
    private struct State {
        var hashes: [UInt8]
        var failure: StorageError?
    }

    private let state: Mutex<State>

    init(pieceCount: Int) {
        state = Mutex(State(hashes: [UInt8](repeating: 0, count: pieceCount * 20)))
    }

    /// - Returns: false when there is no use in going on.
    func deliver(_ piece: Int, _ result: Result<SHA1Digest, StorageError>) -> Bool {
        state.withLock { state in
            switch result {
            case .success(let digest):
                state.hashes.replaceSubrange(piece * 20..<piece * 20 + 20, with: digest.bytes)
                return true
            case .failure(let error):
                state.failure = state.failure ?? error
                return false
            }
        }
    }

    func hashes(stopped: Bool) throws(BuildError) -> [UInt8] {
        let (hashes, failure) = state.withLock { ($0.hashes, $0.failure) }
        switch failure {
        case .missing(let path): throw .changed(path: path, how: "was deleted")
        case .short(let path, let expected, let found):
            throw .changed(path: path, how: "went from \(expected) to \(found) bytes")
        case let error?: throw .storage(error)
        case nil: break
        }
        guard !stopped else { throw .cancelled }
        return hashes
    }
}
