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

    @Test("bytes that come in steps hash as in one go", arguments: [UInt64(10), 11, 12])
    func steps(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 { compareSteps(&random, seed) }
    }

    private func compareSteps(_ random: inout SeededGenerator, _ seed: UInt64) {
        let (a, b) = (
            random.bytes(.random(in: 0...5000, using: &random)), random.bytes(.random(in: 0...5000, using: &random))
        )
        var (one, other) = (RunningPieceHash(), RunningPieceHash())
        var (atA, atB) = (0, 0)

        a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                while true {
                    let step = Int.random(in: 0...20, using: &random) * 64
                    switch (atA + step <= a.count, atB + step <= b.count) {
                    case (true, true):
                        RunningPieceHash.add(
                            &one, UnsafeRawBufferPointer(rebasing: a[atA..<atA + step]),
                            &other, UnsafeRawBufferPointer(rebasing: b[atB..<atB + step]))
                        atA += step
                        atB += step
                    case (true, false):
                        one.add(UnsafeRawBufferPointer(rebasing: a[atA..<atA + step]))
                        atA += step
                    case (false, true):
                        other.add(UnsafeRawBufferPointer(rebasing: b[atB..<atB + step]))
                        atB += step
                    case (false, false): return
                    }
                }
            }
        }
        let (first, second) = a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                RunningPieceHash.end(
                    &one, UnsafeRawBufferPointer(rebasing: a[atA...]),
                    &other, UnsafeRawBufferPointer(rebasing: b[atB...]))
            }
        }

        #expect(first.bytes == reference(a), "seed \(seed)")
        #expect(second.bytes == reference(b), "seed \(seed)")
    }

    @Test("the portable way gives the same digests", arguments: [0, 1, 63, 64, 65, 1000, 100_000])
    func portable(length: Int) {
        var random = SeededGenerator(seed: 4)
        let bytes = random.bytes(length)
        var alone = RunningPieceHash(accelerated: false)
        var (one, other) = (RunningPieceHash(accelerated: false), RunningPieceHash())

        let digest = bytes.withUnsafeBytes { alone.end($0) }
        let pair = bytes.withUnsafeBytes { RunningPieceHash.end(&one, $0, &other, $0) }

        #expect(digest.bytes == reference(bytes))
        #expect(pair.0.bytes == reference(bytes))
        #expect(pair.1.bytes == reference(bytes))
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
