import Glibc

/// Regions of memory that are filled or written out one after the other, spent from the front.
///
/// The callers' pointers must stay valid for the life of this value; it never leaves one call of `PieceStore`.
struct MemoryRegions {
    private var regions: [iovec]
    /// The first region that is not spent.
    private var first = 0
    /// How many bytes are not spent yet.
    private(set) var count: Int

    /// Linux takes no more regions in one call (IOV_MAX).
    private static let maxRegionsPerCall = 1024

    init(filling buffers: some Collection<UnsafeMutableRawBufferPointer>) {
        regions = buffers.filter { !$0.isEmpty }.map { iovec(iov_base: $0.baseAddress, iov_len: $0.count) }
        count = regions.reduce(0) { $0 + $1.iov_len }
    }

    init(writing buffers: some Collection<UnsafeRawBufferPointer>) {
        // The system calls that write do not touch the memory; `iovec` has one field for both directions.
        regions = buffers.filter { !$0.isEmpty }.map {
            iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
        }
        count = regions.reduce(0) { $0 + $1.iov_len }
    }

    /// Moves up to `length` bytes by as many calls as it takes.
    ///
    /// - Parameter call: `preadv` or `pwritev` on some file; gets the place in the file.
    /// - Returns: how many bytes were moved, fewer than `length` when the file ended or a call failed; and the errno of the
    ///   failed call, 0 if none.
    mutating func transfer(
        _ length: Int, at offset: Int64, _ call: (UnsafePointer<iovec>, Int32, off_t) -> Int
    ) -> (moved: Int, code: Int32) {
        var moved = 0
        while moved < length {
            let done = transferOnce(length - moved, at: offset + Int64(moved), call)
            if done < 0 {
                let code = errno
                if code == EINTR { continue }
                return (moved, code)
            }
            if done == 0 { break }
            skip(done)
            moved += done
        }
        return (moved, 0)
    }

    /// Zeros in the next `length` bytes.
    mutating func fillWithZeros(_ length: Int) {
        var left = length
        while left > 0 {
            let step = min(left, regions[first].iov_len)
            regions[first].iov_base.initializeMemory(as: UInt8.self, repeating: 0, count: step)
            skip(step)
            left -= step
        }
    }

    /// Passes over the next `length` bytes.
    mutating func skip(_ length: Int) {
        precondition(length <= count, "more bytes than memory")
        count -= length
        var left = length
        while left > 0 {
            let step = min(left, regions[first].iov_len)
            regions[first].iov_base += step
            regions[first].iov_len -= step
            left -= step
            if regions[first].iov_len == 0 { first += 1 }
        }
    }

    /// One call over the regions that make up the next `length` bytes, the last of them cut for the time of the call.
    private mutating func transferOnce(
        _ length: Int, at offset: Int64, _ call: (UnsafePointer<iovec>, Int32, off_t) -> Int
    ) -> Int {
        var end = first
        var sum = 0
        while sum < length, end < regions.count, end - first < Self.maxRegionsPerCall {
            sum += regions[end].iov_len
            end += 1
        }
        let excess = max(0, sum - length)
        regions[end - 1].iov_len -= excess
        defer { regions[end - 1].iov_len += excess }
        return regions.withUnsafeBufferPointer { all in
            guard let start = all.baseAddress else { return 0 }
            return call(start + first, Int32(end - first), off_t(offset))
        }
    }
}
