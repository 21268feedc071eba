/// Ranges of addresses of one family, each with a mark.
///
/// Invariant: ascending, no two overlap. A lookup is a binary search; a list of any length is laid over in one pass.
struct AddressRanges<Bound: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    struct Entry: Sendable, Equatable {
        var first: Bound
        /// Inclusive.
        var last: Bound
        var mark: AddressFilter.Mark
    }

    private(set) var entries: [Entry] = []

    /// The mark of a whole range; nil where it has none, or parts of it have others.
    func mark(of range: ClosedRange<Bound>) -> AddressFilter.Mark? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].last < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        guard low < entries.count, entries[low].first <= range.lowerBound, entries[low].last >= range.upperBound else {
            return nil
        }
        return entries[low].mark
    }

    /// Marks ranges; what was said of the same addresses before is forgotten.
    mutating func mark(_ ranges: [ClosedRange<Bound>], _ mark: AddressFilter.Mark) {
        let added = ranges.sorted { $0.lowerBound < $1.lowerBound }
        guard let first = added.first else { return }
        // Lists are sorted as a rule, and then nothing before has to be looked at.
        if let last = entries.last, last.last >= first.lowerBound { return lay(added, mark) }
        for range in added { append(Entry(first: range.lowerBound, last: range.upperBound, mark: mark)) }
    }

    private mutating func lay(_ added: [ClosedRange<Bound>], _ mark: AddressFilter.Mark) {
        var before = entries.makeIterator()
        entries = []
        var current = before.next()
        for range in added {
            var entry = Entry(first: range.lowerBound, last: range.upperBound, mark: mark)
            while let old = current, old.last < entry.first {
                entries.append(old)
                current = before.next()
            }
            while let old = current, old.first <= entry.last {
                current = before.next(after: old, under: &entry, kept: &entries)
                if let rest = current, rest.first > entry.last { break }
            }
            append(entry)
        }
        while let old = current {
            append(old)
            current = before.next()
        }
    }

    /// Adds an entry that begins behind or inside the last one.
    private mutating func append(_ entry: Entry) {
        if let last = entries.last, last.mark == entry.mark, last.last >= entry.first {
            entries[entries.count - 1].last = max(last.last, entry.last)
        } else {
            entries.append(entry)
        }
    }
}

extension IndexingIterator {
    /// Resolves one old entry that overlaps a new one: the same mark makes the new one longer, another one keeps what sticks out.
    ///
    /// - Returns: what is to be looked at next: the old entry's rest, or the entry behind it.
    fileprivate mutating func next<Bound>(
        after old: AddressRanges<Bound>.Entry, under entry: inout AddressRanges<Bound>.Entry,
        kept: inout [AddressRanges<Bound>.Entry]
    ) -> AddressRanges<Bound>.Entry? where Elements == [AddressRanges<Bound>.Entry] {
        if old.mark == entry.mark {
            entry.first = Swift.min(entry.first, old.first)
            entry.last = Swift.max(entry.last, old.last)
            return next()
        }
        if old.first < entry.first {
            kept.append(AddressRanges.Entry(first: old.first, last: entry.first - 1, mark: old.mark))
        }
        guard old.last > entry.last else { return next() }
        return AddressRanges.Entry(first: entry.last + 1, last: old.last, mark: old.mark)
    }
}
