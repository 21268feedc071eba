/// A map from byte strings to values, in byte order of its keys, as rTorrent keeps and prints them.
package struct ValueMap: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package struct Entry: Hashable, Sendable {
        package var key: [UInt8]
        package var value: Value

        package init(key: [UInt8], value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// Invariant: strictly ascending keys.
    package private(set) var entries: [Entry] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, Value)...) {
        for (key, value) in elements { self[key] = value }
    }

    /// All entries at once; of equal keys the last one counts.
    package init(_ entries: [Entry]) {
        let sorted = entries.enumerated().sorted {
            $0.element.key == $1.element.key
                ? $0.offset < $1.offset : $0.element.key.lexicographicallyPrecedes($1.element.key)
        }
        for (_, entry) in sorted {
            if self.entries.last?.key == entry.key { self.entries.removeLast() }
            self.entries.append(entry)
        }
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }
    package var keys: [[UInt8]] { entries.map(\.key) }

    package subscript(key: [UInt8]) -> Value? {
        get {
            let index = place(of: key)
            return index < entries.count && entries[index].key == key ? entries[index].value : nil
        }
        set {
            let index = place(of: key)
            let isPresent = index < entries.count && entries[index].key == key
            switch (newValue, isPresent) {
            case (let value?, true): entries[index].value = value
            case (let value?, false): entries.insert(Entry(key: key, value: value), at: index)
            case (nil, true): entries.remove(at: index)
            case (nil, false): break
            }
        }
    }

    package subscript(key: String) -> Value? {
        get { self[[UInt8](key.utf8)] }
        set { self[[UInt8](key.utf8)] = newValue }
    }

    private func place(of key: [UInt8]) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key.lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
