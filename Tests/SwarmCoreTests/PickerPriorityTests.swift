import Metainfo
import Storage
import TestKit
import Testing

@testable import SwarmCore

@Suite("Piece picker with priorities")
struct PickerPriorityTests {
    private static let pieces = 16
    private let info: Info
    private let pool = PieceBufferPool(capacity: 2 * PieceLayout.blockLength, budget: PieceBudget(limit: 1 << 30))

    init() throws {
        // Sixteen files of one piece of two blocks each.
        let files = (0..<Self.pieces).map { index in
            SampleTorrent.File("f\(index)", content: Array(repeating: UInt8(index), count: 2 * PieceLayout.blockLength))
        }
        info = try MetainfoFile.decode(
            SampleTorrent(name: "files", files: files, pieceLength: 2 * PieceLayout.blockLength).metainfo
        ).info
    }

    private func picker(have: [Int] = []) -> PiecePicker {
        var bitfield = Bitfield(count: Self.pieces)
        for piece in have { bitfield[piece] = true }
        return PiecePicker(layout: info.layout, have: bitfield, random: SmallRandom(seed: 3))
    }

    private func wishes(off: some Collection<Int> = [], high: some Collection<Int> = []) -> PieceWishes {
        let priorities = (0..<Self.pieces).map { piece -> FilePriority in
            off.contains(piece) ? .off : high.contains(piece) ? .high : .normal
        }
        return PieceWishes(priorities, files: info.files, layout: info.layout)
    }

    private func source(_ number: UInt32, has pieces: some Sequence<Int>, in picker: inout PiecePicker) -> PieceSource {
        let source = PieceSource(number: PeerNumber(number), pieceCount: Self.pieces)
        var bitfield = Bitfield(count: Self.pieces)
        for piece in pieces { bitfield[piece] = true }
        picker.handleBitfield(bitfield, from: source)
        return source
    }

    /// The pieces that are begun when `source` is asked for so many blocks, in order.
    private func pick(_ picker: inout PiecePicker, _ source: PieceSource, _ count: Int) -> [Int] {
        var runs: [PickedRun] = []
        picker.pick(for: source, count: count, now: 0, takeBuffer: { pool.take() }, into: &runs)
        return runs.map(\.assembly.piece)
    }

    private func finish(_ piece: Int, by source: PieceSource, in picker: inout PiecePicker) throws {
        let assembly = try #require(picker.assembly(of: piece))
        for block in 0..<assembly.blockCount { _ = assembly.markReceived(block, from: source.number, now: 0) }
        picker.handleAssembled(assembly, owner: source)
        picker.handleVerified(piece)
    }

    @Test("never asks for what nobody wants, and is complete without it")
    func skipsUnwanted() throws {
        var picker = picker()
        _ = picker.setWishes(wishes(off: 2..<Self.pieces))
        let peer = source(1, has: 0..<Self.pieces, in: &picker)

        let begun = pick(&picker, peer, 100)
        for piece in begun { try finish(piece, by: peer, in: &picker) }

        #expect(Set(begun) == [0, 1])
        #expect(picker.isComplete)
        #expect(!picker.isWhole)
        #expect(!picker.isInteresting(peer))
    }

    @Test("begins pieces of high priority before all others, the rarest of them first")
    func highFirst() {
        var picker = picker(have: Array(0..<4))
        _ = picker.setWishes(wishes(high: [9, 12, 14]))
        let peer = source(1, has: 0..<Self.pieces, in: &picker)
        _ = source(2, has: [9, 12], in: &picker)
        _ = source(3, has: [9], in: &picker)

        let begun = pick(&picker, peer, 8)

        #expect(begun.prefix(3) == [14, 12, 9])
        #expect(begun.count == 4)
    }

    @Test("goes on with normal pieces when a peer has no preferred one")
    func normalFromOthers() {
        var picker = picker(have: Array(0..<4))
        _ = picker.setWishes(wishes(high: [9]))
        let peer = source(1, has: [5], in: &picker)

        #expect(pick(&picker, peer, 100) == [5])
    }

    @Test("goes through the pieces in order when told to, preferred ones first")
    func sequential() {
        var picker = picker(have: [1])
        picker.isSequential = true
        _ = picker.setWishes(wishes(off: [3], high: [8, 10]))
        let peer = source(1, has: 0..<Self.pieces, in: &picker)

        #expect(pick(&picker, peer, 12) == [8, 10, 0, 2, 4, 5])
    }

    @Test("gives open pieces up that are wanted no more, and keeps the one being hashed")
    func abandonsOpen() throws {
        var picker = picker(have: Array(0..<12))
        let peer = source(1, has: 0..<Self.pieces, in: &picker)
        #expect(Set(pick(&picker, peer, 8)) == [12, 13, 14, 15])
        let hashing = try #require(picker.assembly(of: 13))
        for block in 0..<2 { _ = hashing.markReceived(block, from: peer.number, now: 0) }
        picker.handleAssembled(hashing, owner: peer)

        let abandoned = picker.setWishes(wishes(off: [12, 13]))
        peer.dropClosedWork()

        #expect(abandoned.map(\.piece) == [12])
        #expect(abandoned.allSatisfy { $0.isClosed })
        #expect(picker.assembly(of: 12) == nil)
        #expect(Set(peer.working.map(\.piece)) == [14, 15])
        picker.handleVerified(13)
        #expect(picker.have[13])
        #expect(!picker.isComplete)
    }

    @Test("wants what was turned on again, even after it was complete")
    func turnedOnAgain() throws {
        var picker = picker(have: Array(0..<8))
        let peer = source(1, has: 0..<Self.pieces, in: &picker)
        _ = picker.setWishes(wishes(off: 8..<Self.pieces))
        #expect(picker.isComplete)
        #expect(pick(&picker, peer, 100).isEmpty)

        _ = picker.setWishes(wishes(off: 9..<Self.pieces))

        #expect(picker.isInteresting(peer))
        #expect(pick(&picker, peer, 100) == [8])
    }

    @Test("does not bring back a piece that failed when it is wanted no more")
    func failedAndUnwanted() throws {
        var picker = picker(have: Array(0..<15))
        let peer = source(1, has: 0..<Self.pieces, in: &picker)
        #expect(pick(&picker, peer, 2) == [15])
        let assembly = try #require(picker.assembly(of: 15))
        for block in 0..<2 { _ = assembly.markReceived(block, from: peer.number, now: 0) }
        picker.handleAssembled(assembly, owner: peer)
        _ = picker.setWishes(wishes(off: [15]))

        picker.handleFailed(15)

        #expect(picker.isComplete)
        #expect(pick(&picker, peer, 2).isEmpty)
    }

    @Test("fetches just what is wanted in the end, however wishes and peers change", arguments: 0..<30 as Range<UInt64>)
    func wishesUnderChurn(seed: UInt64) throws {
        var random = SmallRandom(seed: seed)
        var picker = picker()
        picker.isSequential = seed % 3 == 0
        var current = PieceWishes.all

        for round in 1...1000 {
            if round < 300, random.below(8) == 0 {
                current = wishes(
                    off: (0..<Self.pieces).filter { _ in random.below(3) == 0 },
                    high: (0..<Self.pieces).filter { _ in random.below(3) == 0 })
                for assembly in picker.setWishes(current) { pool.put(assembly.buffer) }
            }
            if round >= 300, picker.isComplete { break }
            let peer = source(UInt32(round), has: (0..<Self.pieces).filter { _ in random.below(2) > 0 }, in: &picker)
            let begun = pick(&picker, peer, 1 + random.below(4))
            #expect(begun.allSatisfy { peer.have[$0] && !picker.have[$0] && current.wants($0) }, "seed \(seed)")
            for piece in Set(begun) {
                let assembly = try #require(picker.assembly(of: piece))
                guard random.below(3) > 0 else {
                    for block in 0..<2 { picker.dropRequest(piece: piece, block: block) }
                    continue
                }
                for block in 0..<2 { _ = assembly.markReceived(block, from: peer.number, now: 0) }
                picker.handleAssembled(assembly, owner: peer)
                pool.put(assembly.buffer)
                if random.below(5) == 0 { picker.handleFailed(piece) } else { picker.handleVerified(piece) }
            }
            picker.forget(peer)
        }

        #expect(picker.isComplete, "seed \(seed)")
        #expect((0..<Self.pieces).allSatisfy { picker.have[$0] || !current.wants($0) }, "seed \(seed)")
    }
}
