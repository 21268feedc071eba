import Bencode
import Testing

/// A good torrent, one thing changed in it, and a part of the sentence by which it must be refused.
struct RefusalCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// The good torrent, where the suite does not build one itself.
    let bytes: [UInt8]
    let wanted: String
    let change: @Sendable (inout BencodeValue) -> Void

    init(_ name: String, _ wanted: String, _ change: @escaping @Sendable (inout BencodeValue) -> Void) {
        self.init(name, [], wanted, change)
    }

    init(
        _ name: String, _ bytes: [UInt8], _ wanted: String,
        _ change: @escaping @Sendable (inout BencodeValue) -> Void
    ) {
        testDescription = name
        self.bytes = bytes
        self.wanted = wanted
        self.change = change
    }
}
