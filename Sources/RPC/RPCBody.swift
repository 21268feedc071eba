/// The bytes of an answer, in the memory they were written into: a list of 10,000 torrents is 16 MB and is copied once, on its way out.
// Unchecked: the memory is written before the object is made and never after.
package final class RPCBody: @unchecked Sendable {
    private let base: UnsafeMutablePointer<UInt8>
    package let count: Int

    /// Takes over memory from `allocate`.
    init(taking base: UnsafeMutablePointer<UInt8>, count: Int) {
        self.base = base
        self.count = count
    }

    deinit { base.deallocate() }

    /// A part of the bytes, valid during the call.
    package func withBytes<Result>(
        in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let range = range.clamped(to: 0..<count)
        return try body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// A copy.
    package var bytes: [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
