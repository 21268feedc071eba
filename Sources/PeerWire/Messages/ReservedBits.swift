/// The eight reserved bytes of a handshake, read as one big-endian number. BEP 4 lists who uses which bit.
package struct ReservedBits: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// BEP 10: `reserved[5] & 0x10`.
    package static let extensionProtocol = ReservedBits(rawValue: 0x10_0000)
    /// BEP 6: `reserved[7] & 0x04`.
    package static let fast = ReservedBits(rawValue: 0x04)
    /// BEP 5: `reserved[7] & 0x01`.
    package static let dht = ReservedBits(rawValue: 0x01)
}
