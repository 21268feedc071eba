import Metainfo
import Synchronization

/// Hashes all pieces of a torrent on many threads, two side by side on each.
///
/// What it must respect:
/// - memory: each thread holds two steps of at most 4 MiB, however long the pieces are;
/// - order on disk: threads take neighbouring pieces, so the reads of all of them move forward together;
/// - a piece that cannot be read costs its partner nothing: that one goes on alone.
struct PieceSweep: Sendable {
    /// Fills a buffer from a place in a piece.
    typealias Read = @Sendable (_ piece: Int, _ offset: Int, UnsafeMutableRawBufferPointer) throws(StorageError) -> Void

    /// What is known of a piece before it is read.
    enum Foreknowledge: Sendable {
        case mustRead
        /// Nothing to hash; `deliver` is not called for it.
        case settled
    }

    let layout: PieceLayout
    let threads: Int
    let stop: StopSignal
    /// Asked once for each piece, before any read.
    var foresee: @Sendable (_ piece: Int) -> Foreknowledge = { _ in .mustRead }
    let read: Read
    /// Called from any of the threads, once for each piece that was not settled before.
    let deliver: @Sendable (_ piece: Int, Result<SHA1Digest, StorageError>) -> Void
    /// Called from any of the threads with the bytes done so far.
    let progress: @Sendable (Int64) -> Void

    /// A multiple of SHA-1's block, and long enough that a system call's price vanishes.
    private static let longestStep = 4 << 20

    /// Returns when all pieces are delivered or settled, or soon after `stop`.
    func run() {
        let shared = Shared()
        let useful = min(threads, (layout.pieceCount + 1) / 2)
        WorkerThreads.run(useful) { work(shared) }
    }

    /// What the threads share out.
    private final class Shared: Sendable {
        let nextPiece = Atomic(0)
        let bytesDone = Atomic<Int64>(0)
    }

    private func work(_ shared: Shared) {
        let step = min(Self.longestStep, layout.pieceLength)
        // Whole pages, so that the kernel copies into whole cache lines and pages.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * step, alignment: 4096)
        defer { memory.deallocate() }
        let halves = (
            UnsafeMutableRawBufferPointer(rebasing: memory[..<step]),
            UnsafeMutableRawBufferPointer(rebasing: memory[step...])
        )
        var waiting: Int?
        while !stop.isStopped {
            let first = shared.nextPiece.wrappingAdd(2, ordering: .relaxed).oldValue
            guard first < layout.pieceCount else { break }
            for piece in first..<min(first + 2, layout.pieceCount) {
                guard case .mustRead = foresee(piece) else {
                    advance(layout.length(of: piece), shared)
                    continue
                }
                guard let partner = waiting else {
                    waiting = piece
                    continue
                }
                waiting = nil
                hash([partner, piece], memory: halves, shared)
            }
        }
        if let waiting, !stop.isStopped { hash([waiting], memory: halves, shared) }
    }

    private func advance(_ count: Int, _ shared: Shared) {
        progress(shared.bytesDone.wrappingAdd(Int64(count), ordering: .relaxed).newValue)
    }

    /// Hashes one or two pieces step by step.
    private func hash(
        _ pieces: [Int], memory: (UnsafeMutableRawBufferPointer, UnsafeMutableRawBufferPointer), _ shared: Shared
    ) {
        var one = Lane(piece: pieces[0], length: layout.length(of: pieces[0]), memory: memory.0)
        guard pieces.count > 1 else {
            while !stop.isStopped, let bytes = load(&one, shared) { one.take(bytes) }
            conclude(one, shared)
            return
        }
        var other = Lane(piece: pieces[1], length: layout.length(of: pieces[1]), memory: memory.1)
        while !stop.isStopped {
            switch (load(&one, shared), load(&other, shared)) {
            case (nil, nil):
                conclude(one, shared)
                conclude(other, shared)
                return
            case (let bytes?, nil): one.take(bytes)
            case (nil, let bytes?): other.take(bytes)
            case (let first?, let second?): Lane.take(&one, first, &other, second)
            }
        }
    }

    /// The next step of a lane in memory; nil at its end, or when it cannot be read.
    private func load(_ lane: inout Lane, _ shared: Shared) -> UnsafeRawBufferPointer? {
        guard lane.failure == nil, lane.offset < lane.length else { return nil }
        let count = min(lane.memory.count, lane.length - lane.offset)
        let buffer = UnsafeMutableRawBufferPointer(rebasing: lane.memory[..<count])
        do throws(StorageError) {
            try read(lane.piece, lane.offset, buffer)
        } catch {
            lane.failure = error
            // The rest of the piece counts as done: nobody will read it.
            advance(lane.length - lane.offset, shared)
            return nil
        }
        lane.offset += count
        advance(count, shared)
        return UnsafeRawBufferPointer(buffer)
    }

    private func conclude(_ lane: Lane, _ shared: Shared) {
        if let failure = lane.failure {
            deliver(lane.piece, .failure(failure))
        } else if let digest = lane.digest {
            deliver(lane.piece, .success(digest))
        }
    }
}

/// One of the pieces that a thread hashes side by side.
private struct Lane {
    let piece: Int
    let length: Int
    let memory: UnsafeMutableRawBufferPointer
    /// How much of the piece is loaded.
    var offset = 0
    var hash = RunningPieceHash()
    var digest: SHA1Digest?
    var failure: StorageError?

    private var isLoaded: Bool { offset == length }

    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        if isLoaded {
            digest = hash.end(bytes)
        } else {
            hash.add(bytes)
        }
    }

    static func take(
        _ one: inout Lane, _ first: UnsafeRawBufferPointer, _ other: inout Lane, _ second: UnsafeRawBufferPointer
    ) {
        switch (one.isLoaded, other.isLoaded) {
        case (true, true):
            (one.digest, other.digest) = RunningPieceHash.end(&one.hash, first, &other.hash, second)
        case (false, false):
            RunningPieceHash.add(&one.hash, first, &other.hash, second)
        default:
            one.take(first)
            other.take(second)
        }
    }
}
