import Synchronization

/// The hash of one piece that is fed in steps, alone or side by side with another one.
protocol StepwiseHash: Sendable {
    associatedtype Digest: Sendable

    init()
    /// Adds bytes that are not the last ones; the length is a multiple of 16 KiB unless
    /// the piece is shorter than a step.
    mutating func add(_ bytes: UnsafeRawBufferPointer)
    /// Adds the last bytes, of any length, and gives the digest.
    mutating func end(_ bytes: UnsafeRawBufferPointer) -> Digest
    /// Adds bytes to two hashes.
    static func add(
        _ first: inout Self, _ firstBytes: UnsafeRawBufferPointer,
        _ second: inout Self, _ secondBytes: UnsafeRawBufferPointer)
    /// Adds the last bytes to two hashes and gives both digests.
    static func end(
        _ first: inout Self, _ firstBytes: UnsafeRawBufferPointer,
        _ second: inout Self, _ secondBytes: UnsafeRawBufferPointer
    ) -> (Digest, Digest)
}

/// Hashes all pieces of a torrent on many threads, two side by side on each.
///
/// What it must respect:
/// - memory: each thread holds two steps of at most 4 MiB, however long the pieces are;
/// - order on disk: threads take neighbouring pieces, so the reads of all of them move forward together;
/// - a piece that cannot be read costs its partner nothing: that one goes on alone.
struct PieceSweep<Hash: StepwiseHash>: Sendable {
    /// Fills a buffer from a place in a piece.
    typealias Read = @Sendable (_ piece: Int, _ offset: Int, UnsafeMutableRawBufferPointer) throws(StorageError) -> Void

    let pieceCount: Int
    /// The longest piece; the others are as long as `length` says.
    let pieceLength: Int
    let length: @Sendable (_ piece: Int) -> Int
    let threads: Int
    let stop: StopSignal
    /// Asked once for each piece, before any read; one that is settled is neither read nor delivered.
    var isSettled: @Sendable (_ piece: Int) -> Bool = { _ in false }
    let read: Read
    /// Called from any of the threads, once for each piece that was not settled before.
    let deliver: @Sendable (_ piece: Int, Result<Hash.Digest, StorageError>) -> Void
    /// Called from any of the threads with the bytes done so far.
    let progress: @Sendable (Int64) -> Void

    /// Long enough that a system call's price vanishes; a multiple of the blocks of all hashes.
    private static var longestStep: Int { 4 << 20 }

    /// Returns when all pieces are delivered or settled, or soon after `stop`.
    func run() {
        let shared = SharedProgress()
        let useful = min(threads, (pieceCount + 1) / 2)
        WorkerThreads.run(useful) { work(shared) }
    }

    private func work(_ shared: SharedProgress) {
        let step = min(Self.longestStep, pieceLength)
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
            guard first < pieceCount else { break }
            for piece in first..<min(first + 2, pieceCount) {
                guard !isSettled(piece) else {
                    advance(length(piece), shared)
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

    private func advance(_ count: Int, _ shared: SharedProgress) {
        progress(shared.bytesDone.wrappingAdd(Int64(count), ordering: .relaxed).newValue)
    }

    /// Hashes one or two pieces step by step.
    private func hash(
        _ pieces: [Int], memory: (UnsafeMutableRawBufferPointer, UnsafeMutableRawBufferPointer),
        _ shared: SharedProgress
    ) {
        var one = Lane<Hash>(piece: pieces[0], length: length(pieces[0]), memory: memory.0)
        guard pieces.count > 1 else {
            while !stop.isStopped, let bytes = load(&one, shared) { one.take(bytes) }
            conclude(one, shared)
            return
        }
        var other = Lane<Hash>(piece: pieces[1], length: length(pieces[1]), memory: memory.1)
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
    private func load(_ lane: inout Lane<Hash>, _ shared: SharedProgress) -> UnsafeRawBufferPointer? {
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

    private func conclude(_ lane: Lane<Hash>, _ shared: SharedProgress) {
        if let failure = lane.failure {
            deliver(lane.piece, .failure(failure))
        } else if let digest = lane.digest {
            deliver(lane.piece, .success(digest))
        }
    }
}

/// What the threads of a sweep share out and add up.
private final class SharedProgress: Sendable {
    let nextPiece = Atomic(0)
    let bytesDone = Atomic<Int64>(0)
}

/// One of the pieces that a thread hashes side by side.
private struct Lane<Hash: StepwiseHash> {
    let piece: Int
    let length: Int
    let memory: UnsafeMutableRawBufferPointer
    /// How much of the piece is loaded.
    var offset = 0
    var hash = Hash()
    var digest: Hash.Digest?
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
        _ one: inout Lane<Hash>, _ first: UnsafeRawBufferPointer, _ other: inout Lane<Hash>,
        _ second: UnsafeRawBufferPointer
    ) {
        switch (one.isLoaded, other.isLoaded) {
        case (true, true):
            (one.digest, other.digest) = Hash.end(&one.hash, first, &other.hash, second)
        case (false, false):
            Hash.add(&one.hash, first, &other.hash, second)
        default:
            one.take(first)
            other.take(second)
        }
    }
}
