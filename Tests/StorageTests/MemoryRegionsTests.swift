import Glibc
import TestKit
import Testing

@testable import Storage

/// Against system calls that do less than asked, as they may.
struct MemoryRegionsTests {
    @Test("goes on after interrupted and partial calls", arguments: [UInt64(1), 2, 3, 4])
    func partialCalls(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let source = random.bytes(5000)
        var target = [UInt8](repeating: 0, count: 5000)

        let (moved, code) = target.withUnsafeMutableBytes { target in
            var regions = MemoryRegions(filling: pieces(of: target, using: &random))
            return regions.transfer(5000, at: 0) { vectors, count, offset in
                if Bool.random(using: &random) {
                    errno = EINTR
                    return -1
                }
                let wanted = (0..<Int(count)).reduce(0) { $0 + vectors[$1].iov_len }
                let given = Int.random(in: 1...wanted, using: &random)
                copy(source[Int(offset)..<Int(offset) + given], to: vectors)
                return given
            }
        }

        #expect(moved == 5000, "seed \(seed)")
        #expect(code == 0)
        #expect(target == source)
    }

    @Test("tells how far it came when a call fails or the file ends", arguments: [(Int32(EIO), 300), (0, 300)])
    func failure(code: Int32, done: Int) {
        var target = [UInt8](repeating: 0, count: 1000)
        var calls = 0

        let result = target.withUnsafeMutableBytes { target in
            var regions = MemoryRegions(filling: CollectionOfOne(target))
            return regions.transfer(1000, at: 0) { _, _, _ in
                calls += 1
                if calls == 1 { return done }
                errno = code
                return code == 0 ? 0 : -1
            }
        }

        #expect(result.moved == done)
        #expect(result.code == code)
    }

    @Test("moves no byte beyond the length, and the rest stays to be moved")
    func partOfARegion() {
        var target = [UInt8](repeating: 9, count: 30)

        target.withUnsafeMutableBytes { target in
            var regions = MemoryRegions(filling: CollectionOfOne(target))
            let first = regions.transfer(10, at: 0) { vectors, _, _ in
                #expect(vectors[0].iov_len == 10)
                vectors[0].iov_base.initializeMemory(as: UInt8.self, repeating: 1, count: 10)
                return 10
            }
            regions.fillWithZeros(5)
            regions.skip(5)
            #expect(first.moved == 10)
            #expect(regions.count == 10)
        }

        #expect(
            target == Array(repeating: 1, count: 10) + Array(repeating: 0, count: 5) + Array(repeating: 9, count: 15))
    }

    @Test("never hands more than 1,024 regions to one call")
    func manyRegions() {
        var target = [UInt8](repeating: 0, count: 3000)
        var largest = 0

        let result = target.withUnsafeMutableBytes { target in
            var regions = MemoryRegions(filling: target.indices.map { .init(rebasing: target[$0..<$0 + 1]) })
            return regions.transfer(3000, at: 0) { _, count, _ in
                largest = max(largest, Int(count))
                return Int(count)
            }
        }

        #expect(result.moved == 3000)
        #expect(largest == 1024)
    }

    private func pieces(
        of memory: UnsafeMutableRawBufferPointer, using random: inout SeededGenerator
    ) -> [UnsafeMutableRawBufferPointer] {
        var pieces: [UnsafeMutableRawBufferPointer] = []
        var start = 0
        while start < memory.count {
            let end = min(memory.count, start + Int.random(in: 0...400, using: &random))
            pieces.append(UnsafeMutableRawBufferPointer(rebasing: memory[start..<end]))
            start = end
        }
        return pieces
    }

    private func copy(_ bytes: ArraySlice<UInt8>, to vectors: UnsafePointer<iovec>) {
        var rest = bytes
        var index = 0
        while !rest.isEmpty {
            let part = rest.prefix(vectors[index].iov_len)
            UnsafeMutableRawBufferPointer(start: vectors[index].iov_base, count: part.count).copyBytes(from: part)
            rest = rest.dropFirst(part.count)
            index += 1
        }
    }
}
