import Metainfo

/// The peers of one reply on their way from a swarm to the wire, in memory that is used again and again.
///
/// One for each event loop; not `Sendable`.
package final class PeerSample {
    /// How many peers one reply may hold.
    let capacity: Int
    /// The family of all peers in it.
    private(set) var isIPv6 = false
    /// 20 bytes of peer id for each peer are wanted besides.
    var wantsPeerIDs = false

    /// The announcer could not be reached: others like it are of no use to it.
    var leavesOutUnreachable = false
    /// The announcer's own address, and the inner addresses of those who share it. IPv4 only.
    var neighbourhood: (address: UInt32, inner: [EndpointV4: EndpointV4])?
    /// What became of the announcer itself: it was not there before.
    var announcerIsNew = false

    private let compact: UnsafeMutableRawBufferPointer
    private let identities: UnsafeMutableRawBufferPointer
    private var compactCount = 0
    private var identityCount = 0

    package init(capacity: Int) {
        self.capacity = capacity
        compact = .allocate(byteCount: capacity * EndpointV6.compactLength, alignment: 16)
        identities = .allocate(byteCount: capacity * 20, alignment: 16)
    }

    deinit {
        compact.deallocate()
        identities.deallocate()
    }

    /// Entries of 6 or 18 bytes; valid until the next `clear`.
    package var compactPeers: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: compact[..<compactCount]) }

    /// Peer ids in the same order; empty unless they were wanted.
    package var peerIDs: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: identities[..<identityCount]) }

    func clear(isIPv6: Bool) {
        self.isIPv6 = isIPv6
        compactCount = 0
        identityCount = 0
        leavesOutUnreachable = false
        neighbourhood = nil
        announcerIsNew = false
    }

    /// Takes one peer; one beyond the capacity is left out.
    @inline(__always)
    func append<Endpoint>(_ row: PeerRow<Endpoint>) {
        guard compactCount + Endpoint.compactLength <= compact.count, let memory = compact.baseAddress else { return }
        if leavesOutUnreachable, row.flags.contains(.unreachable) { return }
        if row.flags.contains(.hasInnerAddress), let neighbourhood, let endpoint = row.endpoint as? EndpointV4,
            endpoint.address == neighbourhood.address, let inner = neighbourhood.inner[endpoint]
        {
            inner.write(to: memory + compactCount)
        } else {
            row.endpoint.write(to: memory + compactCount)
        }
        compactCount += Endpoint.compactLength
        guard wantsPeerIDs, identityCount + 20 <= identities.count else { return }
        let target = UnsafeMutableRawBufferPointer(rebasing: identities[identityCount..<identityCount + 20])
        row.peerID.withUnsafeBytes { target.copyMemory(from: $0) }
        identityCount += 20
    }
}
