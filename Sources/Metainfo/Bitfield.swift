/// Which pieces someone has; bit by bit in 64-bit words, first piece in the highest bit as on the wire (BEP 3).
///
/// Invariant: bits behind `count` are clear, and `setCount` counts the set ones.
package struct Bitfield: Hashable, Sendable {
    /// How many pieces the torrent has.
    @usableFromInline var words: [UInt64]
    @usableFromInline var setBits: Int
    package let count: Int

    /// How many pieces are there.
    @inlinable package var setCount: Int { setBits }

    /// No piece.
    package init(count: Int) {
        precondition(count >= 0, "a bitfield of negative length")
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
        self.count = count
        setBits = 0
    }

    /// Every piece.
    package init(allSet count: Int) {
        self.init(count: count)
        for index in words.indices { words[index] = .max }
        if count % 64 != 0 { words[words.count - 1] = .max << UInt64(64 - count % 64) }
        setBits = count
    }

    /// From a `bitfield` message; nil for a wrong length or a spare bit that is set, which BEP 3 calls an error.
    package init?(wire bytes: some Collection<UInt8>, count: Int) {
        guard count >= 0, bytes.count == (count + 7) / 8 else { return nil }
        self.init(count: count)
        var index = 0
        for byte in bytes {
            words[index / 8] |= UInt64(byte) << UInt64(56 - index % 8 * 8)
            index += 1
        }
        if count % 64 != 0, let last = words.last, last << UInt64(count % 64) != 0 { return nil }
        setBits = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// Whether piece `index` is there. Setting keeps `setCount`.
    @inlinable
    package subscript(index: Int) -> Bool {
        get {
            precondition(index >= 0 && index < count, "a piece outside the bitfield")
            return words[index >> 6] & (1 << 63) >> UInt64(index & 63) != 0
        }
        set { if newValue { insert(index) } else { remove(index) } }
    }

    /// Sets a bit. Returns whether it was clear.
    @discardableResult
    @inlinable
    package mutating func insert(_ index: Int) -> Bool {
        precondition(index >= 0 && index < count, "a piece outside the bitfield")
        let mask: UInt64 = (1 << 63) >> UInt64(index & 63)
        guard words[index >> 6] & mask == 0 else { return false }
        words[index >> 6] |= mask
        setBits += 1
        return true
    }

    /// Clears a bit. Returns whether it was set.
    @discardableResult
    @inlinable
    package mutating func remove(_ index: Int) -> Bool {
        precondition(index >= 0 && index < count, "a piece outside the bitfield")
        let mask: UInt64 = (1 << 63) >> UInt64(index & 63)
        guard words[index >> 6] & mask != 0 else { return false }
        words[index >> 6] &= ~mask
        setBits -= 1
        return true
    }

    /// Whether no piece is missing.
    @inlinable package var isAllSet: Bool { setCount == count }
    /// Whether no piece is there.
    @inlinable package var isEmptySet: Bool { setCount == 0 }

    /// As a `bitfield` message carries it: `(count + 7) / 8` bytes.
    package var wireBytes: [UInt8] {
        let length = (count + 7) / 8
        return [UInt8](unsafeUninitializedCapacity: length) { target, used in
            for index in 0..<length {
                target[index] = UInt8(truncatingIfNeeded: words[index / 8] >> UInt64(56 - index % 8 * 8))
            }
            used = length
        }
    }

    /// Calls `body` for each piece that is there, in order.
    @inlinable
    package func forEachSet(_ body: (Int) -> Void) {
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                let bit = rest.leadingZeroBitCount
                body(index << 6 + bit)
                rest &= ~((1 << 63) >> UInt64(bit))
            }
        }
    }

    /// Calls `body` for each piece that is missing, in order.
    package func forEachClear(_ body: (Int) -> Void) {
        for (index, word) in words.enumerated() {
            var rest = ~word
            while rest != 0 {
                let bit = rest.leadingZeroBitCount
                guard index << 6 + bit < count else { return }
                body(index << 6 + bit)
                rest &= ~((1 << 63) >> UInt64(bit))
            }
        }
    }

    /// Adds every piece of `other`, which must have as many.
    package mutating func formUnion(_ other: Bitfield) {
        precondition(count == other.count, "bitfields of different torrents")
        var total = 0
        for index in words.indices {
            words[index] |= other.words[index]
            total += words[index].nonzeroBitCount
        }
        setBits = total
    }

    /// Whether a piece is here that `other` lacks.
    @inlinable
    package func hasAny(notIn other: Bitfield) -> Bool {
        precondition(count == other.count, "bitfields of different torrents")
        for index in words.indices where words[index] & ~other.words[index] != 0 { return true }
        return false
    }

    /// Whether a piece is here and in `other`.
    @inlinable
    package func hasAny(alsoIn other: Bitfield) -> Bool {
        precondition(count == other.count, "bitfields of different torrents")
        for index in words.indices where words[index] & other.words[index] != 0 { return true }
        return false
    }

    /// The first piece that is here and in `other`.
    @inlinable
    package func first(alsoIn other: Bitfield) -> Int? {
        precondition(count == other.count, "bitfields of different torrents")
        for index in words.indices {
            let both = words[index] & other.words[index]
            if both != 0 { return index << 6 + both.leadingZeroBitCount }
        }
        return nil
    }

    /// How many pieces are here that `other` lacks.
    package func countSet(notIn other: Bitfield) -> Int {
        precondition(count == other.count, "bitfields of different torrents")
        return words.indices.reduce(0) { $0 + (words[$1] & ~other.words[$1]).nonzeroBitCount }
    }
}
