/// Reads bencoded bytes (BEP 3), strictly.
///
/// Refused: numbers with leading zeros or "-0", anything behind the value, keys that are not strings, a key twice in one
/// dictionary. Dictionaries whose keys are out of order are *accepted*: old programs wrote such torrents, nothing is ambiguous,
/// and hashes are taken over the bytes as they came. `BencodeNode.hasSortedKeys` tells them apart.
package struct BencodeDecoder: Sendable {
    /// What this decoder takes at most.
    package let limits: BencodeLimits

    /// A decoder that any number of threads may share.
    package init(limits: BencodeLimits = .init()) {
        self.limits = limits
    }

    /// Decodes the one value that fills all of `bytes`.
    package func decode(_ bytes: [UInt8]) throws(BencodeError) -> BencodeNode {
        let (node, end) = try decodePrefix(bytes)
        guard end == bytes.count else {
            throw BencodeError(offset: end, reason: .trailingBytes(count: bytes.count - end))
        }
        return node
    }

    /// Decodes the value at the start of `bytes` and tells where it ends.
    ///
    /// BEP 9 messages carry raw bytes behind their dictionary.
    package func decodePrefix(_ bytes: [UInt8]) throws(BencodeError) -> (node: BencodeNode, end: Int) {
        guard bytes.count <= limits.maxBytes else {
            throw BencodeError(offset: 0, reason: .tooLarge(size: bytes.count, limit: limits.maxBytes))
        }
        var scan = BencodeScan(limits: limits)
        let outcome = bytes.withUnsafeBufferPointer { input in
            Result { () throws(BencodeError) in try scan.run(input) }
        }
        let end = try outcome.get()
        return (BencodeNode(tape: BencodeTape(bytes: bytes, items: scan.items), index: 0), end)
    }
}
