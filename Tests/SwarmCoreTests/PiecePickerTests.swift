import Metainfo
import Storage
import Testing

@testable import SwarmCore

@Suite("Piece picker")
struct PiecePickerTests {
    private let layout: PieceLayout
    private let pool = PieceBufferPool(capacity: 4 * PieceLayout.blockLength, budget: PieceBudget(limit: 1 << 30))

    init() throws {
        // Eight pieces of four blocks; the last piece has two blocks, the last block 100 bytes.
        let piece = 4 * PieceLayout.blockLength
        layout = try PieceLayout(totalLength: Int64(7 * piece + PieceLayout.blockLength + 100), pieceLength: piece)
    }

    private func makePicker(have: [Int] = []) -> PiecePicker {
        var bitfield = Bitfield(count: layout.pieceCount)
        for piece in have { bitfield[piece] = true }
        return PiecePicker(layout: layout, have: bitfield, random: SmallRandom(seed: 7))
    }

    private func source(_ number: UInt32, has pieces: some Sequence<Int>, in picker: inout PiecePicker) -> PieceSource {
        let source = PieceSource(number: PeerNumber(number), pieceCount: layout.pieceCount)
        var bitfield = Bitfield(count: layout.pieceCount)
        for piece in pieces { bitfield[piece] = true }
        picker.handleBitfield(bitfield, from: source)
        return source
    }

    private func pick(_ picker: inout PiecePicker, _ source: PieceSource, _ count: Int) -> [(piece: Int, block: Int)] {
        var runs: [PickedRun] = []
        picker.pick(for: source, count: count, now: 0, takeBuffer: { pool.take() }, into: &runs)
        return runs.flatMap { run in run.blocks.map { (run.assembly.piece, $0) } }
    }

    @Test("asks a peer only for pieces that it has and we lack")
    func onlyUseful() {
        var picker = makePicker(have: [1])
        let peer = source(1, has: [1, 3], in: &picker)

        let picked = pick(&picker, peer, 100)

        #expect(picked.count == 4)
        #expect(picked.allSatisfy { $0.piece == 3 })
    }

    @Test("finishes a piece before it begins another")
    func strictPriority() {
        var picker = makePicker()
        let peer = source(1, has: 0..<7, in: &picker)

        let first = pick(&picker, peer, 3)
        let second = pick(&picker, peer, 1)

        #expect(Set(first.map(\.piece)).count == 1)
        #expect(second.map(\.piece) == [first[0].piece])
        #expect(second.map(\.block) == [3])
    }

    @Test("takes the rarest piece once a few pieces are there")
    func rarestFirst() {
        var picker = makePicker(have: [0, 1, 2, 3])
        let peer = source(1, has: 0..<8, in: &picker)
        _ = source(2, has: [4, 5, 7], in: &picker)
        _ = source(3, has: [4, 6], in: &picker)
        _ = source(4, has: [5, 6], in: &picker)

        let picked = pick(&picker, peer, 2)

        #expect(Set(picked.map(\.piece)) == [7])
    }

    @Test("gives the pieces of a peer that left to the next one")
    func adoptsOrphans() {
        var picker = makePicker()
        let leaving = source(1, has: [5], in: &picker)
        let staying = source(2, has: 0..<8, in: &picker)
        let begun = pick(&picker, leaving, 2)
        #expect(begun.map(\.piece) == [5, 5])

        for block in 0..<2 { picker.dropRequest(piece: 5, block: block) }
        picker.forget(leaving)
        let picked = pick(&picker, staying, 4)

        #expect(picked.map(\.piece) == [5, 5, 5, 5])
    }

    @Test("shares an open piece when memory is spent")
    func sharesWithoutMemory() {
        var picker = makePicker()
        let first = source(1, has: 0..<8, in: &picker)
        let second = source(2, has: 0..<8, in: &picker)
        let begun = pick(&picker, first, 1)

        var runs: [PickedRun] = []
        picker.pick(for: second, count: 8, now: 0, takeBuffer: { nil }, into: &runs)

        #expect(!runs.isEmpty)
        #expect(runs.allSatisfy { $0.assembly.piece == begun[0].piece })
        #expect(runs.allSatisfy { !$0.blocks.contains(0) })
    }

    @Test("asks a second peer only in the end game, and never twice the same peer")
    func endGame() {
        var picker = makePicker(have: Array(0..<7))
        let first = source(1, has: 0..<8, in: &picker)
        let second = source(2, has: 0..<8, in: &picker)
        let asked = pick(&picker, first, 10)
        #expect(asked.map(\.block) == [0, 1])

        var again: [PickedRun] = []
        picker.pickEndGame(for: first, count: 10, isAsked: { _, _ in true }, into: &again)
        var runs: [PickedRun] = []
        picker.pickEndGame(for: second, count: 10, isAsked: { _, _ in false }, into: &runs)

        #expect(again.isEmpty)
        #expect(Set(runs.flatMap { Array($0.blocks) }) == [0, 1])
    }

    @Test("offers a piece again after it failed its hash")
    func failedPieceReturns() throws {
        var picker = makePicker(have: Array(0..<7))
        let peer = source(1, has: 0..<8, in: &picker)
        _ = pick(&picker, peer, 10)
        let assembly = try #require(picker.assembly(of: 7))
        for block in 0..<2 { #expect(assembly.markReceived(block, from: peer.number, now: 1)) }
        #expect(assembly.isComplete)

        picker.handleAssembled(assembly, owner: peer)
        #expect(pick(&picker, peer, 10).isEmpty)
        picker.handleFailed(7)
        let picked = pick(&picker, peer, 10)

        #expect(picked.map(\.block) == [0, 1])
        #expect(!picker.isComplete)
    }

    @Test("fetches everything once whatever peers come and go", arguments: 0..<30 as Range<UInt64>)
    func completesUnderChurn(seed: UInt64) throws {
        var random = SmallRandom(seed: seed)
        var picker = makePicker()
        var received: [Int: Set<Int>] = [:]
        var number: UInt32 = 0

        for _ in 0..<400 where !picker.isComplete {
            number += 1
            let peer = source(number, has: (0..<8).filter { _ in random.below(3) > 0 }, in: &picker)
            peer.isSlow = random.below(2) == 0
            for (piece, block) in pick(&picker, peer, 1 + random.below(6)) {
                let assembly = try #require(picker.assembly(of: piece))
                guard random.below(4) > 0 else {
                    picker.dropRequest(piece: assembly.piece, block: block)
                    continue
                }
                #expect(assembly.markReceived(block, from: peer.number, now: 0), "seed \(seed)")
                #expect(received[piece, default: []].insert(block).inserted, "seed \(seed)")
                guard assembly.isComplete else { continue }
                picker.handleAssembled(assembly, owner: peer)
                pool.put(assembly.buffer)
                picker.handleVerified(piece)
            }
            picker.forget(peer)
        }

        #expect(picker.isComplete, "seed \(seed)")
    }
}
