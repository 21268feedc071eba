package import Metainfo

/// Where an address came from; each peer remembers it.
package enum PeerOrigin: String, Sendable, CaseIterable {
    case tracker, incoming, peerExchange, dht, localDiscovery, manual
}

/// Addresses that may be dialled: when next, how often it failed, and which hosts are banned.
///
/// Bounded: at most `capacity` addresses; new ones push out those that failed most.
package struct PeerList {
    private struct Candidate {
        var origin: PeerOrigin
        var failures = 0
        var nextAttempt: UInt32
        var isBusy = false
        /// There was nothing to be had from it.
        var isUseless = false
    }

    private static let capacity = 2000
    private static let firstRetrySeconds: UInt32 = 5
    private static let lastRetrySeconds: UInt32 = 1800
    /// A peer that left, or that had nothing for us, is not called again at once.
    private static let reconnectSeconds: UInt32 = 60
    private static let uselessSeconds: UInt32 = 1800

    private var candidates: [PeerAddress: Candidate] = [:]
    private var bannedHosts: Set<String> = []

    package init() {}

    /// Addresses known and not banned.
    package var count: Int { candidates.count }

    package func isBanned(_ address: PeerAddress) -> Bool {
        !bannedHosts.isEmpty && bannedHosts.contains(address.host)
    }

    /// Where an address was learnt from; nil when it is not known here.
    package func origin(of address: PeerAddress) -> PeerOrigin? { candidates[address]?.origin }

    /// All addresses that may be dialled, in no order.
    package var addresses: [PeerAddress] {
        candidates.filter { $0.value.nextAttempt != .max }.map(\.key)
    }

    /// Addresses that are neither connected nor being dialled, given-up ones left out.
    package var idleCount: Int {
        candidates.values.reduce(0) { $0 + ($1.isBusy || $1.nextAttempt == .max ? 0 : 1) }
    }

    /// When the next address is due to be dialled; nil when there is none.
    package var nextDue: UInt32? {
        candidates.values.lazy.filter { !$0.isBusy }.map(\.nextAttempt).min()
    }

    /// Whoever was of no use may be so now: something else is wanted.
    package mutating func forgiveUseless(now: UInt32) {
        for (address, candidate) in candidates where candidate.isUseless && !candidate.isBusy {
            candidates[address]?.isUseless = false
            candidates[address]?.nextAttempt = min(candidate.nextAttempt, now)
        }
    }

    /// An address that was to be dialled cannot be now; the peer is not to blame.
    package mutating func postpone(_ address: PeerAddress, to time: UInt32) {
        candidates[address]?.isBusy = false
        candidates[address]?.nextAttempt = time
    }

    /// Takes addresses in; those known already keep their history.
    ///
    /// - Returns: how many were new.
    package mutating func add(_ addresses: [PeerAddress], origin: PeerOrigin, now: UInt32) -> Int {
        var added = 0
        for address in addresses where address.port != 0 && candidates[address] == nil && !isBanned(address) {
            if candidates.count >= Self.capacity, !dropWorst() { break }
            candidates[address] = Candidate(origin: origin, nextAttempt: now)
            added += 1
        }
        return added
    }

    /// The address to dial now, marked as busy; nil when none is due.
    package mutating func next(now: UInt32) -> (address: PeerAddress, origin: PeerOrigin)? {
        var best: (address: PeerAddress, candidate: Candidate)?
        for (address, candidate) in candidates where !candidate.isBusy && candidate.nextAttempt <= now {
            guard let leader = best else {
                best = (address, candidate)
                continue
            }
            if candidate.failures < leader.candidate.failures { best = (address, candidate) }
        }
        guard let best else { return nil }
        candidates[best.address]?.isBusy = true
        return (best.address, best.candidate.origin)
    }

    /// Dialling failed, or the handshake did: try again later, twice as late each time.
    package mutating func handleFailure(_ address: PeerAddress, now: UInt32) {
        guard var candidate = candidates[address] else { return }
        candidate.failures += 1
        let wait = Self.firstRetrySeconds << UInt32(min(candidate.failures - 1, 10))
        candidate.nextAttempt = now + min(wait, Self.lastRetrySeconds)
        candidate.isBusy = false
        candidates[address] = candidate
    }

    /// A connection was made.
    package mutating func handleConnected(_ address: PeerAddress) {
        candidates[address]?.failures = 0
        candidates[address]?.isBusy = true
    }

    /// A connection ended. `isUseless`: neither side has anything for the other.
    package mutating func handleDisconnected(_ address: PeerAddress, isUseless: Bool, now: UInt32) {
        candidates[address]?.isBusy = false
        candidates[address]?.isUseless = isUseless
        candidates[address]?.nextAttempt = now + (isUseless ? Self.uselessSeconds : Self.reconnectSeconds)
    }

    /// Brings all attempts forward to `deadline` at the latest, useless peers left out.
    package mutating func hasten(to deadline: UInt32) {
        for (address, candidate) in candidates where !candidate.isBusy && !candidate.isUseless {
            if candidate.nextAttempt > deadline { candidates[address]?.nextAttempt = deadline }
        }
    }

    /// Never again: our own address.
    package mutating func forget(_ address: PeerAddress) {
        candidates[address] = Candidate(origin: .manual, failures: 99, nextAttempt: .max, isBusy: true)
    }

    /// No connection from or to this host any more.
    package mutating func ban(_ address: PeerAddress) {
        bannedHosts.insert(address.host)
        candidates = candidates.filter { !bannedHosts.contains($0.key.host) }
    }

    private mutating func dropWorst() -> Bool {
        let idle = candidates.filter { !$0.value.isBusy && $0.value.failures > 0 }
        guard let worst = idle.max(by: { $0.value.failures < $1.value.failures }) else { return false }
        candidates[worst.key] = nil
        return true
    }
}
