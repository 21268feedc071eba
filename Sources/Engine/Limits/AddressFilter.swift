package import Metainfo

/// Ranges of addresses with a mark each: those that are unwanted are neither dialled nor let in. rTorrent's `ipv4_filter`.
///
/// A value: keep one, change it, hand a copy to `setAddressFilter` by way of `isAllowed`.
package struct AddressFilter: Sendable {
    /// What is said of a range; the raw value is what `ipv4_filter.get` answers.
    package enum Mark: Int64, Sendable, CaseIterable {
        case unwanted = 32
        case preferred = 64
    }

    /// How many ranges there are, after neighbours with the same mark were joined.
    package var count: Int { preconditionFailure("skeleton") }

    package init() {}

    /// Adds the range of one line: an address, `a/bits` or `a-b`; text up to the last `:` and from `#` on is ignored. A later range
    /// takes the place of what an earlier one says of the same addresses.
    ///
    /// - Returns: false when the line holds no range; rTorrent ignores those.
    @discardableResult
    package mutating func add(_ line: String, _ mark: Mark) -> Bool { preconditionFailure("skeleton") }

    /// Adds each line of a list.
    ///
    /// - Returns: how many ranges were found.
    package mutating func add(lines text: some Sequence<UInt8>, _ mark: Mark) -> Int { preconditionFailure("skeleton") }

    /// What is said of an address; nil when nothing is.
    package func mark(of address: PeerAddress) -> Mark? { preconditionFailure("skeleton") }

    /// `first-last mark`, ascending, as `ipv4_filter.dump` lists them.
    package var lines: [String] { preconditionFailure("skeleton") }

    /// False for addresses that are unwanted.
    package func isAllowed(_ address: PeerAddress) -> Bool { mark(of: address) != .unwanted }
}
