package import Metainfo

/// Ranges of addresses with a mark each: those that are unwanted are neither dialled nor let in. rTorrent's `ipv4_filter`, with IPv6.
///
/// A value: keep one, change it, and hand a copy's `isAllowed` to `setAddressFilter`.
package struct AddressFilter: Sendable {
    /// What is said of a range; the raw value is what `ipv4_filter.get` answers.
    package enum Mark: Int64, Sendable, CaseIterable {
        case unwanted = 32
        case preferred = 64

        /// The word of the config and of `ipv4_filter.dump`.
        package init?(word: String) {
            guard let mark = Self.allCases.first(where: { $0.word == word }) else { return nil }
            self = mark
        }

        package var word: String {
            switch self {
            case .unwanted: "unwanted"
            case .preferred: "preferred"
            }
        }
    }

    /// What a question about an address, or a range of them, comes to.
    package enum Answer: Sendable, Equatable {
        /// The text is no address.
        case invalid
        /// Nothing is said of it, or different things of its parts.
        case unknown
        case marked(Mark)
    }

    private var v4 = AddressRanges<UInt32>()
    private var v6 = AddressRanges<UInt128>()

    package init() {}

    /// How many ranges there are; those that overlapped count once.
    package var count: Int { v4.entries.count + v6.entries.count }

    /// Bytes that the ranges take.
    package var byteCount: Int {
        v4.entries.count * MemoryLayout<AddressRanges<UInt32>.Entry>.stride
            + v6.entries.count * MemoryLayout<AddressRanges<UInt128>.Entry>.stride
    }

    /// Marks the range of one line, see `AddressRangeText` for its forms.
    ///
    /// A later range takes the place of what an earlier one said of the same addresses, and only of these. (rTorrent forgets all of
    /// the earlier range then.)
    ///
    /// - Returns: false when the line holds no range; rTorrent ignores those.
    @discardableResult
    package mutating func add(_ line: String, _ mark: Mark) -> Bool {
        add(lines: line.utf8, mark) > 0
    }

    /// Marks the ranges of a list, one for each line; lines without one are passed over.
    ///
    /// - Returns: how many lines held a range.
    package mutating func add(lines text: some Collection<UInt8>, _ mark: Mark) -> Int {
        var found4: [ClosedRange<UInt32>] = []
        var found6: [ClosedRange<UInt128>] = []
        for line in text.lazy.split(separator: UInt8(ascii: "\n")) {
            switch AddressRangeText(line) {
            case .v4(let range): found4.append(range)
            case .v6(let range): found6.append(range)
            case nil: continue
            }
        }
        v4.mark(found4, mark)
        v6.mark(found6, mark)
        return found4.count + found6.count
    }

    /// What is said of an address; nil when nothing is.
    package func mark(of address: PeerAddress) -> Mark? {
        if let number = address.ipv4 { return v4.mark(of: number...number) }
        guard !v6.entries.isEmpty else { return nil }
        let number = address.wide
        return v6.mark(of: number...number)
    }

    /// What is said of an address or range in text, in the forms of `add`.
    package func answer(to text: String) -> Answer {
        let mark: Mark?
        switch AddressRangeText(text.utf8) {
        case nil: return .invalid
        case .v4(let range): mark = v4.mark(of: range)
        case .v6(let range): mark = v6.mark(of: range)
        }
        return mark.map { .marked($0) } ?? .unknown
    }

    /// `first-last mark`, ascending, as `ipv4_filter.dump` lists them.
    package var lines: [String] {
        v4.entries.map { entry in
            "\(PeerAddress(ipv4: entry.first, port: 0).host)-\(PeerAddress(ipv4: entry.last, port: 0).host) \(entry.mark.word)"
        }
            + v6.entries.map { entry in
                "\(PeerAddress(wide: entry.first).host)-\(PeerAddress(wide: entry.last).host) \(entry.mark.word)"
            }
    }

    /// False for addresses that are unwanted.
    package func isAllowed(_ address: PeerAddress) -> Bool { mark(of: address) != .unwanted }
}

extension PeerAddress {
    fileprivate init(wide: UInt128) {
        let bytes = (0..<16).reversed().map { UInt8(truncatingIfNeeded: wide >> UInt128($0 * 8)) } + [0, 0]
        // Eighteen bytes always make an address.
        self = PeerAddress(compactV6: bytes) ?? PeerAddress(ipv4: 0, port: 0)
    }
}
