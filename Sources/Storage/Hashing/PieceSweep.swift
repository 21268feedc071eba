import Synchronization

/// Hashes all pieces of a torrent on many threads, several side by side on each.
///
/// What it must respect:
/// - memory: each thread holds one step of at most 512 KiB for each of its lanes, however long the pieces are;
/// - order on disk: threads take neighbouring pieces, so the reads of all of them move forward together;
/// - a cold disk: pieces beyond those being read are announced to the system, but only once reads prove slow, for announcing
///   what lies in memory costs some per cent of the hashing;
/// - balance: no thread takes so many of the last pieces that another has none;
/// - a piece that cannot be read costs its neighbours nothing: they go on alone.
struct PieceSweep<Hasher: LaneHasher & ~Copyable>: Sendable {
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
    /// Tells the system that some bytes will soon be read, from a place in the stream of all pieces.
    var announce: @Sendable (_ offset: Int64, _ length: Int) -> Void = { _, _ in }
    /// Called from any of the threads, once for each piece that was not settled before.
    let deliver: @Sendable (_ piece: Int, Result<Hasher.Digest, StorageError>) -> Void
    /// Called from any of the threads with the bytes done so far.
    let progress: @Sendable (Int64) -> Void

    /// Long enough that a system call's price vanishes; a multiple of the blocks of all hashes.
    private static var longestStep: Int { 512 << 10 }
    /// How far ahead of the reads the system is told of what comes.
    private static var lead: Int { 32 << 20 }
    /// Nanoseconds for a byte above which it cannot have come from memory.
    private static var slowRead: Double { 1 }

    /// Returns when all pieces are delivered or settled, or soon after `stop`.
    func run() {
        let shared = SharedProgress(pieceCount: pieceCount)
        WorkerThreads.run(min(threads, pieceCount)) { work(shared) }
    }

    private func work(_ shared: SharedProgress) {
        let step = min(Self.longestStep, pieceLength)
        // Whole pages, so that the kernel copies into whole cache lines and pages.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Hasher.laneCount * step, alignment: 4096)
        defer { memory.deallocate() }
        var hasher = Hasher()
        var waiting: [Int] = []
        while !stop.isStopped {
            let claimed = shared.claim(atMost: Hasher.laneCount - waiting.count, threads: threads)
            if shared.isCold.load(ordering: .relaxed) { announce(behind: claimed.upperBound, shared) }
            for piece in claimed {
                if isSettled(piece) {
                    advance(length(piece), shared)
                } else {
                    waiting.append(piece)
                }
            }
            // Holes may leave lanes free; more pieces fill them before anything is hashed.
            if !waiting.isEmpty, claimed.isEmpty || waiting.count == Hasher.laneCount || !shared.hasPlenty(threads) {
                hash(waiting, memory, step: step, &hasher, shared)
                waiting = []
            } else if claimed.isEmpty {
                break
            }
        }
    }

    private func announce(behind piece: Int, _ shared: SharedProgress) {
        let ahead = shared.announcement(from: piece, to: min(pieceCount, piece + max(1, Self.lead / pieceLength)))
        guard !ahead.isEmpty else { return }
        let length = (ahead.count - 1) * pieceLength + length(ahead.upperBound - 1)
        announce(Int64(ahead.lowerBound) * Int64(pieceLength), length)
    }

    private func advance(_ count: Int, _ shared: SharedProgress) {
        progress(shared.bytesDone.wrappingAdd(Int64(count), ordering: .relaxed).newValue)
    }

    /// Hashes one piece in each lane, step by step.
    private func hash(
        _ pieces: [Int], _ memory: UnsafeMutableRawBufferPointer, step: Int, _ hasher: inout Hasher,
        _ shared: SharedProgress
    ) {
        var lanes = pieces.enumerated().map { index, piece in
            let part = memory[index * step..<(index + 1) * step]
            return Lane(piece: piece, length: length(piece), memory: UnsafeMutableRawBufferPointer(rebasing: part))
        }
        for index in lanes.indices { hasher.begin(index) }
        while !stop.isStopped {
            var more: [LaneStep] = []
            var last: [LaneStep] = []
            for index in lanes.indices {
                guard let bytes = load(&lanes[index], shared) else { continue }
                let step = LaneStep(lane: index, bytes: bytes)
                if lanes[index].offset == lanes[index].length { last.append(step) } else { more.append(step) }
            }
            hasher.add(more)
            for (step, digest) in zip(last, hasher.end(last)) { deliver(lanes[step.lane].piece, .success(digest)) }
            if more.isEmpty { return }
        }
    }

    /// The next step of a lane in memory; nil behind its end, or when it cannot be read.
    private func load(_ lane: inout Lane, _ shared: SharedProgress) -> UnsafeRawBufferPointer? {
        guard lane.offset < lane.length else { return nil }
        let count = min(lane.memory.count, lane.length - lane.offset)
        let buffer = UnsafeMutableRawBufferPointer(rebasing: lane.memory[..<count])
        let start = ContinuousClock.now
        do throws(StorageError) {
            try read(lane.piece, lane.offset, buffer)
        } catch {
            // The rest of the piece counts as done: nobody will read it.
            advance(lane.length - lane.offset, shared)
            lane.offset = lane.length
            deliver(lane.piece, .failure(error))
            return nil
        }
        if (ContinuousClock.now - start) / .nanoseconds(count) > Self.slowRead {
            shared.isCold.store(true, ordering: .relaxed)
        }
        lane.offset += count
        advance(count, shared)
        return UnsafeRawBufferPointer(buffer)
    }
}

/// A piece on its way through a lane.
private struct Lane {
    let piece: Int
    let length: Int
    let memory: UnsafeMutableRawBufferPointer
    /// How much of the piece is read, or given up.
    var offset = 0
}

/// What the threads of a sweep share out and add up.
private final class SharedProgress: Sendable {
    let bytesDone = Atomic<Int64>(0)
    /// Some read waited for the disk.
    let isCold = Atomic(false)
    private let announced = Atomic(0)
    private let pieceCount: Int
    private let next = Atomic(0)

    init(pieceCount: Int) {
        self.pieceCount = pieceCount
    }

    /// The next pieces for one thread: a fair share of what is left; empty at the end.
    func claim(atMost limit: Int, threads: Int) -> Range<Int> {
        while true {
            let first = next.load(ordering: .relaxed)
            guard first < pieceCount, limit > 0 else { return first..<first }
            let count = max(1, min(limit, (pieceCount - first) / threads))
            let (isOurs, _) = next.compareExchange(
                expected: first, desired: first + count, ordering: .relaxed)
            if isOurs { return first..<first + count }
        }
    }

    /// Whether there is more than a piece left for each thread.
    func hasPlenty(_ threads: Int) -> Bool {
        pieceCount - next.load(ordering: .relaxed) > threads
    }

    /// The part of a range of pieces that was not announced yet.
    func announcement(from first: Int, to end: Int) -> Range<Int> {
        let before = announced.max(end, ordering: .relaxed).oldValue
        return min(max(first, before), end)..<end
    }
}
