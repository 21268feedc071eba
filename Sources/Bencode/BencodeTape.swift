/// The values of one input in the order they begin, shared by all nodes that look into it.
///
/// A flat index instead of a tree of objects: a torrent of 200,000 files has a million values, and nesting costs no stack.
final class BencodeTape: Sendable {
    let bytes: [UInt8]
    let items: [Item]

    init(bytes: [UInt8], items: [Item]) {
        self.bytes = bytes
        self.items = items
    }

    /// Where a value lies in the input, and which item follows it once it is over.
    struct Item {
        var start: UInt32
        var end: UInt32
        /// Index of the first item that is not inside this one.
        var next: UInt32
    }
}
