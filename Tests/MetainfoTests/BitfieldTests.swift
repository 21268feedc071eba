import Metainfo
import TestKit
import Testing

@Suite("A bitfield")
struct BitfieldTests {
    @Test("has the first piece in the highest bit on the wire")
    func wireOrder() {
        var bits = Bitfield(count: 10)

        bits[0] = true
        bits[9] = true

        #expect(bits.wireBytes == [0x80, 0x40])
        #expect(bits.setCount == 2)
    }

    @Test("is refused with a wrong length or a spare bit set", arguments: [0, 1, 7, 8, 9, 63, 64, 65, 100])
    func wireForm(count: Int) {
        let length = (count + 7) / 8
        #expect(Bitfield(wire: [UInt8](repeating: 0, count: length), count: count)?.isEmptySet == true)
        #expect(Bitfield(wire: [UInt8](repeating: 0, count: length + 1), count: count) == nil)
        if length > 0 { #expect(Bitfield(wire: [UInt8](repeating: 0, count: length - 1), count: count) == nil) }

        let full = Bitfield(allSet: count)
        #expect(full.isAllSet && full.setCount == count)
        #expect(Bitfield(wire: full.wireBytes, count: count) == full)

        for spare in count..<length * 8 {
            var bytes = [UInt8](repeating: 0, count: length)
            bytes[spare / 8] = 0x80 >> UInt8(spare % 8)
            #expect(Bitfield(wire: bytes, count: count) == nil)
        }
    }

    @Test("agrees with a set of numbers through random changes", arguments: [1, 64, 130, 1000])
    func model(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        var bits = Bitfield(count: count)
        var model: Set<Int> = []
        for _ in 0..<2_000 {
            let index = Int.random(in: 0..<count, using: &generator)
            if Bool.random(using: &generator) {
                #expect(bits.insert(index) == model.insert(index).inserted)
            } else {
                #expect(bits.remove(index) == (model.remove(index) != nil))
            }
        }

        var seen: [Int] = []
        bits.forEachSet { seen.append($0) }
        var missing: [Int] = []
        bits.forEachClear { missing.append($0) }

        #expect(seen == model.sorted())
        #expect(missing == (0..<count).filter { !model.contains($0) })
        #expect(bits.setCount == model.count)
        #expect(Bitfield(wire: bits.wireBytes, count: count) == bits)
        #expect((0..<count).allSatisfy { bits[$0] == model.contains($0) })
    }

    @Test("tells what another lacks")
    func difference() {
        var one = Bitfield(count: 70)
        var other = Bitfield(count: 70)
        one[69] = true
        other[0] = true

        #expect(one.hasAny(notIn: other))
        #expect(one.countSet(notIn: other) == 1)
        #expect(!one.hasAny(alsoIn: other))

        other.formUnion(one)

        #expect(other.setCount == 2)
        #expect(!one.hasAny(notIn: other))
        #expect(one.hasAny(alsoIn: other))
        #expect(!one.hasAny(notIn: Bitfield(allSet: 70)))
    }
}
