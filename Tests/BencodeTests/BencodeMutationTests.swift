import Bencode
import TestKit
import Testing

@Suite("Bencode under damage")
struct BencodeMutationTests {
    private static let samples = [
        "d8:announce20:http://127.0.0.1/ann13:announce-listll1:ael1:bee4:infod6:lengthi40000e4:name3:abcee",
        "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe", "lli1eli2eli3eeeedededee", "i-9223372036854775808e",
    ].map { Array($0.utf8) }

    @Test(
        "gives a value that encodes to its own bytes, or an error inside the input", arguments: 0..<8 as Range<UInt64>)
    func damagedInput(seed: UInt64) {
        var mutation = Mutation(seed: seed)
        for round in 0..<5_000 {
            let sample = Self.samples[round % Self.samples.count]
            let bytes = mutation.damage(sample, splicing: Self.samples[(round / 7) % Self.samples.count])

            do {
                let node = try BencodeDecoder().decode(bytes)
                let again = BencodeEncoder.encode(node.value)
                // Strictness means that only the order of keys can differ.
                #expect(again.count == bytes.count, "seed \(seed), round \(round)")
                #expect(again.sorted() == bytes.sorted(), "seed \(seed), round \(round)")
            } catch {
                #expect((0...bytes.count).contains(error.offset), "seed \(seed), round \(round)")
                #expect(!error.description.utf8.contains { $0 < 0x20 }, "seed \(seed), round \(round)")
            }
        }
    }

    @Test("encodes and decodes any value to itself", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = Self.randomValue(depth: 0, using: &generator)

        let node = try BencodeDecoder().decode(BencodeEncoder.encode(value))

        #expect(node.value == value, "seed \(seed)")
    }

    private static func randomValue(depth: Int, using generator: inout SeededGenerator) -> BencodeValue {
        let count = Int.random(in: 0...6, using: &generator)
        switch Int.random(in: 0..<(depth < 5 ? 4 : 2), using: &generator) {
        case 0: return .integer(Int64(truncatingIfNeeded: generator.next()))
        case 1: return .string(generator.bytes(count))
        case 2: return .list((0..<count).map { _ in randomValue(depth: depth + 1, using: &generator) })
        default:
            var members: [[UInt8]: BencodeValue] = [:]
            for _ in 0..<count { members[generator.bytes(3)] = randomValue(depth: depth + 1, using: &generator) }
            return .dictionary(members)
        }
    }
}
