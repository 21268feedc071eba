package import Metainfo
import Synchronization

/// Holds what is on disk against the hashes of a torrent, with all processors.
///
/// Never changes anything on disk. Blocks the caller until done, so it belongs on a thread of its own. Memory: four steps of at
/// most 1 MiB for each thread, however long the pieces are. Holes (SEEK_DATA) are not read: a fresh download of any size is
/// known to lack all its pieces within moments.
package struct TorrentVerifier: Sendable {
    private let store: PieceStore
    private let pieceLayers: PieceLayers?
    private let threads: Int
    private let stop: StopSignal

    /// - Parameters:
    ///   - pieceLayers: needed for a torrent without v1 hashes; a hybrid one is checked by its v1 hashes.
    ///   - threads: nil takes all processors.
    package init(
        store: PieceStore, pieceLayers: PieceLayers? = nil, threads: Int? = nil, stop: StopSignal = StopSignal()
    ) {
        self.store = store
        self.pieceLayers = pieceLayers
        self.threads = max(1, threads ?? WorkerThreads.processorCount)
        self.stop = stop
    }

    /// Checks every piece, or some.
    ///
    /// - Parameters:
    ///   - pieces: those to hash; nil for all. Must have as many bits as the torrent has pieces.
    ///   - known: pieces that count as good without a look; they may not be among `pieces`.
    ///   - progress: called from several threads with the bytes done so far, padding and pieces passed over counted; must be quick.
    /// - Returns: what was found; after a stop, only the pieces checked by then, and the known ones, count as good.
    package func verify(
        only pieces: Bitfield? = nil, known: Bitfield? = nil, progress: @escaping @Sendable (Int64) -> Void = { _ in }
    ) -> VerifyReport {
        let problems = store.inspect()
        store.lookForParts(missing: problems.filter { $0.kind == .missing }.map(\.file))
        let outcome = Outcome(known ?? Bitfield(count: store.info.pieceCount))
        if let hashes = store.info.pieceHashes {
            let layout = store.info.layout
            sweep(
                SHA1Lanes.self, outcome, pieces, problems, length: { layout.length(of: $0) },
                isRight: { hashes.matches(piece: $0, digest: $1) }, progress)
        } else if let pieceLayers {
            let tree = FileTrees(info: store.info, layers: pieceLayers)
            sweep(
                MerkleLane.self, outcome, pieces, problems, length: { tree.length(of: $0) },
                isRight: { tree.matches(piece: $0, leaves: $1) }, progress)
        }
        return outcome.report(info: store.info, problems: problems, isWhole: !stop.isStopped)
    }

    private func sweep<Hasher: LaneHasher & ~Copyable>(
        _: Hasher.Type, _ outcome: Outcome, _ pieces: Bitfield?, _ problems: [FileProblem],
        length: @escaping @Sendable (Int) -> Int, isRight: @escaping @Sendable (Int, Hasher.Digest) -> Bool,
        _ progress: @escaping @Sendable (Int64) -> Void
    ) {
        let (store, layout) = (store, store.info.layout)
        let zeros = ZeroPieces<Hasher>()
        var passedOver = hopelessPieces(problems)
        if let pieces { pieces.forEachClear { passedOver[$0] = true } }
        let hopeless = passedOver
        PieceSweep<Hasher>(
            pieceCount: layout.pieceCount, pieceLength: layout.pieceLength, length: length, threads: threads,
            stop: stop,
            isSettled: { piece in
                if hopeless[piece] { return true }
                let isHole = (try? store.isHole(at: layout.offset(of: piece), length: length(piece))) ?? false
                guard isHole else { return false }
                if isRight(piece, zeros.digest(length: length(piece))) { outcome.add(piece) }
                return true
            },
            read: { (piece, offset, buffer) throws(StorageError) in
                try store.read(into: buffer, at: layout.offset(of: piece) + Int64(offset))
            },
            announce: { store.announceRead(at: $0, length: $1) },
            deliver: { piece, result in
                switch result {
                case .success(let digest):
                    if isRight(piece, digest) { outcome.add(piece) }
                case .failure(let error):
                    outcome.add(error)
                }
            },
            progress: progress
        ).run()
    }

    /// Pieces with a byte in a file that cannot be read at all.
    private func hopelessPieces(_ problems: [FileProblem]) -> Bitfield {
        var pieces = Bitfield(count: store.info.pieceCount)
        for problem in problems {
            let entry = store.info.files.entries[problem.file]
            var lacking = entry.offset..<entry.end
            switch problem.kind {
            case .longer: continue
            case .short(_, let found): lacking = entry.offset + found..<entry.end
            case .missing, .notAFile, .unreadable: break
            }
            let range = store.info.layout.pieces(
                offset: lacking.lowerBound, length: lacking.upperBound - lacking.lowerBound)
            for piece in range where problem.kind != .missing || !store.mayBeParted(piece) { pieces[piece] = true }
        }
        return pieces
    }
}

/// What the threads found so far.
private final class Outcome: Sendable {
    private struct State {
        var verified: Bitfield
        /// The first failure of each file; EIO on a dying disk comes in thousands.
        var failures: [String: StorageError] = [:]
    }

    private let state: Mutex<State>

    init(_ known: Bitfield) {
        state = Mutex(State(verified: known))
    }

    func add(_ piece: Int) {
        state.withLock { $0.verified[piece] = true }
    }

    func add(_ failure: StorageError) {
        state.withLock { state in
            if state.failures[failure.path] == nil { state.failures[failure.path] = failure }
        }
    }

    func report(info: Info, problems: [FileProblem], isWhole: Bool) -> VerifyReport {
        let (verified, failures) = state.withLock { ($0.verified, $0.failures) }
        return VerifyReport(
            info: info, verified: verified, problems: problems,
            readFailures: failures.values.sorted { $0.path < $1.path }, wasStopped: !isWhole)
    }
}

/// The digests of pieces full of zeros, each length hashed once.
private final class ZeroPieces<Hasher: LaneHasher & ~Copyable>: Sendable {
    private let digests = Mutex<[Int: Hasher.Digest]>([:])

    func digest(length: Int) -> Hasher.Digest {
        // Under the lock: other threads would only hash the same zeros.
        digests.withLock { digests in
            if let digest = digests[length] { return digest }
            let digest = Self.hash(length)
            digests[length] = digest
            return digest
        }
    }

    private static func hash(_ length: Int) -> Hasher.Digest {
        let step = 1 << 20
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 4096)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        let zeros = UnsafeRawBufferPointer(memory)
        var hasher = Hasher()
        hasher.begin(0)
        var left = length
        while left > step {
            hasher.add([LaneStep(lane: 0, bytes: zeros)])
            left -= step
        }
        return hasher.end([LaneStep(lane: 0, bytes: UnsafeRawBufferPointer(rebasing: zeros[..<left]))])[0]
    }
}
