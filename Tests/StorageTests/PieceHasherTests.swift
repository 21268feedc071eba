import CSHA
import Crypto
import Metainfo
import TestKit
import Testing

@testable import Storage

/// Our own hashing is held against swift-crypto, an implementation by others.
struct PieceHasherTests {
    @Test("one run of bytes of every short length hashes as swift-crypto's")
    func singleShortLengths() {
        var random = SeededGenerator(seed: 1)
        for length in 0...300 {
            let bytes = random.bytes(length)

            let digest = bytes.withUnsafeBytes { PieceHasher.sha1($0) }

            #expect(digest.bytes == reference(bytes), "length \(length)")
        }
    }

    @Test("two runs of any two short lengths hash as swift-crypto's")
    func pairsOfShortLengths() {
        var random = SeededGenerator(seed: 2)
        let source = random.bytes(1024)
        let references = (0...300).map { reference(Array(source[7..<7 + $0])) }
        source.withUnsafeBytes { source in
            for first in 0...300 {
                for second in stride(from: first % 7, through: 300, by: 7) {
                    // Odd addresses: nothing may rely on alignment.
                    let (one, other) = PieceHasher.sha1Pair(
                        UnsafeRawBufferPointer(rebasing: source[7..<7 + first]),
                        UnsafeRawBufferPointer(rebasing: source[7..<7 + second]))

                    #expect(one.bytes == references[first], "lengths \(first) and \(second)")
                    #expect(other.bytes == references[second], "lengths \(first) and \(second)")
                }
            }
        }
    }

    @Test(
        "two long runs hash as swift-crypto's",
        arguments: [(1 << 20, 1 << 20), (1 << 20, 12_345), (65_537, 1 << 20), (0, 1 << 18), (999_999, 1_000_001)])
    func longPairs(first: Int, second: Int) {
        var random = SeededGenerator(seed: 3)
        let (a, b) = (random.bytes(first), random.bytes(second))

        let (one, other) = a.withUnsafeBytes { a in b.withUnsafeBytes { PieceHasher.sha1Pair(a, $0) } }

        #expect(one.bytes == reference(a))
        #expect(other.bytes == reference(b))
    }

    @Test("any number of runs of any lengths come out in their order", arguments: [UInt64(1), 2, 3])
    func manyRuns(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for count in 0...13 {
            let runs = (0..<count).map { _ in random.bytes(.random(in: 0...5000, using: &random)) }
            let memory = runs.map { run in
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: run.count, alignment: 1)
                buffer.copyBytes(from: run)
                return UnsafeRawBufferPointer(buffer)
            }
            defer { memory.forEach { $0.deallocate() } }

            let digests = PieceHasher.sha1(memory)

            #expect(digests.map(\.bytes) == runs.map(reference), "seed \(seed), \(count) runs")
        }
    }

    @Test("pieces that come in steps hash as in one go, with and without the SHA unit", arguments: [true, false])
    func steps(accelerated: Bool) {
        for seed in UInt64(0)..<50 {
            var random = SeededGenerator(seed: seed)
            let pieces = (0..<SHA1Lanes.laneCount).map { _ in random.bytes(.random(in: 0...5000, using: &random)) }
            var lanes = SHA1Lanes(accelerated: accelerated)
            var offsets = pieces.map { _ in 0 }
            for lane in pieces.indices { lanes.begin(lane) }

            for _ in 0..<5 {
                let counts = pieces.indices.map { lane in
                    Int.random(in: 0...(pieces[lane].count - offsets[lane]) / 64, using: &random) * 64
                }
                withSteps(pieces, offsets, counts) { lanes.add($0) }
                for lane in pieces.indices { offsets[lane] += counts[lane] }
            }
            let rest = pieces.indices.map { pieces[$0].count - offsets[$0] }
            let digests = withSteps(pieces, offsets, rest) { lanes.end($0) }

            #expect(digests.map(\.bytes) == pieces.map(reference), "seed \(seed)")
        }
    }

    private func withSteps<Result>(
        _ pieces: [[UInt8]], _ offsets: [Int], _ counts: [Int], _ body: ([LaneStep]) -> Result
    ) -> Result {
        let memory = pieces.map { piece in
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 1)
            buffer.copyBytes(from: piece)
            return UnsafeRawBufferPointer(buffer)
        }
        defer { memory.forEach { $0.deallocate() } }
        return body(
            memory.indices.map { lane in
                let range = offsets[lane]..<offsets[lane] + counts[lane]
                return LaneStep(lane: lane, bytes: UnsafeRawBufferPointer(rebasing: memory[lane][range]))
            })
    }

    @Test("SHA-256 of pairs of any two short lengths is swift-crypto's", .enabled(if: csha_is_available()))
    func pairsOfSHA256() {
        var random = SeededGenerator(seed: 5)
        let source = random.bytes(1024)
        let references = (0...300).map { Array(SHA256.hash(data: source[3..<3 + $0])) }
        var (one, other) = ([UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 32))
        source.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            for first in 0...300 {
                for second in stride(from: first % 7, through: 300, by: 7) {
                    _ = csha256_pair(start + 3, first, &one, start + 3, second, &other)

                    #expect(one == references[first], "lengths \(first) and \(second)")
                    #expect(other == references[second], "lengths \(first) and \(second)")
                }
                _ = csha256(start + 3, first, &one)
                #expect(one == references[first], "length \(first)")
            }
        }
    }

    private func reference(_ bytes: [UInt8]) -> [UInt8] {
        Array(Insecure.SHA1.hash(data: bytes))
    }
}
