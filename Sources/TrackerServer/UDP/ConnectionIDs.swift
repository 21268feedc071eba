/// Connection ids that prove a sender's address without a table of who got which. BEP 15.
///
/// An id holds the second it was made in (16 bits) and a keyed hash over the full time and the address (48 bits), so
/// it can be checked, expires, and is worth nothing to anybody else. The port is left out: address translators give
/// the announce a different one than the connect.
struct ConnectionIDs: Sendable {
    /// BEP 15: two minutes after it was made a connection id is still taken.
    static let lifetimeSeconds: UInt32 = 120

    private let hash: SipHash

    init(random: inout some RandomNumberGenerator) {
        hash = SipHash(key0: random.next(), key1: random.next())
    }

    /// - Parameter now: seconds on the tracker's clock.
    func issue(to address: PeerHost, now: UInt32) -> UInt64 {
        UInt64(now & 0xFFFF) << 48 | tag(address, now)
    }

    /// Whether we gave this id to this address within the last two minutes.
    func isValid(_ id: UInt64, from address: PeerHost, now: UInt32) -> Bool {
        // Only the low 16 bits of the time travel; the rest follows from the present, as ids live that short.
        let age = UInt32(UInt16(truncatingIfNeeded: now) &- UInt16(truncatingIfNeeded: id >> 48))
        guard age <= Self.lifetimeSeconds, age <= now else { return false }
        return id & 0xFFFF_FFFF_FFFF == tag(address, now - age)
    }

    private func tag(_ address: PeerHost, _ time: UInt32) -> UInt64 {
        hash.hash((address.high, address.low, UInt64(time) << 1 | (address.isIPv6 ? 1 : 0))) & 0xFFFF_FFFF_FFFF
    }
}
