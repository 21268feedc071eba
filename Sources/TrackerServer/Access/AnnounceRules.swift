import Metainfo
import Synchronization
import TrackerWire

/// Who may announce, how often, and whose word about its own address counts.
final class AnnounceRules: Sendable {
    private let lists: Mutex<Lists>
    private let hasLists: Bool
    let trusted: HostRanges
    let proxies: HostRanges
    private let claims: TrackerConfiguration.AddressClaims
    private let budget: AnnounceBudget?
    private let sources: (allowed: String?, banned: String?)

    private final class Lists: Sendable {
        let allowed: HostRanges?
        let banned: HostRanges

        init(allowed: HostRanges?, banned: HostRanges) {
            self.allowed = allowed
            self.banned = banned
        }
    }

    init(_ configuration: TrackerConfiguration) throws(TrackerError) {
        sources = (configuration.allowedAddresses, configuration.bannedAddresses)
        hasLists = sources.allowed != nil || sources.banned != nil
        lists = Mutex(try Self.read(sources))
        trusted = configuration.trusted
        proxies = configuration.proxies
        claims = configuration.addressClaims
        budget = configuration.announcesPerMinute.map { AnnounceBudget(perMinute: $0) }
    }

    private static func read(_ sources: (allowed: String?, banned: String?)) throws(TrackerError) -> Lists {
        var allowed: HostRanges?
        var banned = HostRanges()
        if let path = sources.allowed { allowed = try HostRanges.read(path) }
        if let path = sources.banned { banned = try HostRanges.read(path) }
        return Lists(allowed: allowed, banned: banned)
    }

    /// Reads the lists of addresses again, all or nothing.
    func reload() throws(TrackerError) {
        guard hasLists else { return }
        let fresh = try Self.read(sources)
        lists.withLock { $0 = fresh }
    }

    /// - Throws: `refused` when the sender may not announce, or not so often.
    @inline(__always)
    func check(_ sender: PeerHost, now: UInt32) throws(TrackerFailure) {
        if hasLists { try checkLists(sender) }
        if let budget, !budget.take(sender, now: now) { throw Self.tooOften }
    }

    private func checkLists(_ sender: PeerHost) throws(TrackerFailure) {
        let lists = lists.withLock { $0 }
        if lists.banned.contains(sender) { throw Self.banned }
        if let allowed = lists.allowed, !allowed.contains(sender) { throw Self.banned }
    }

    private static let banned = TrackerFailure.refused("your address is not allowed to use this tracker")
    private static let tooOften = TrackerFailure.refused("too many announces from your address; wait a minute")

    /// The address under which others get to know a peer, and the one that its neighbours behind the same router use.
    func hosts(of request: AnnounceRequest, sender: PeerHost) -> (outer: PeerHost, inner: PeerHost?) {
        guard let ip = request.ip, !ip.isUnspecified, !ip.isMulticast else { return (sender, nil) }
        let claimed = PeerHost(ip)
        guard claimed != sender else { return (sender, nil) }
        let isBelieved =
            switch claims {
            case .everybody: true
            case .local: sender.isPrivate || trusted.contains(sender)
            case .trusted: trusted.contains(sender)
            }
        if isBelieved { return (claimed, nil) }
        // Harmless even when it is a lie: only those who share the sender's own address are told.
        return (sender, claimed.isPrivate && !claimed.isIPv6 && !sender.isIPv6 ? claimed : nil)
    }
}

/// How many announces an address has left: a bucket for each, in parts with a lock each.
///
/// An IPv6 network of 64 bits counts as one address. Bounded: beyond `mostAddresses` the part forgets all of its own.
final class AnnounceBudget: Sendable {
    private struct Bucket {
        var tokens: Float
        var filledAt: UInt32
    }

    private static let parts = 64
    private static let mostAddresses = 1 << 20

    private let perMinute: Float
    private let buckets: [Part]

    private final class Part: Sendable {
        let buckets = Mutex<[UInt64: Bucket]>([:])
    }

    init(perMinute: Int) {
        self.perMinute = Float(max(1, perMinute))
        buckets = (0..<Self.parts).map { _ in Part() }
    }

    /// Takes one announce. - Returns: false when there is none left.
    func take(_ host: PeerHost, now: UInt32) -> Bool {
        let key = host.isIPv6 ? host.high : host.low | 1 << 63
        let part = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 40) % Self.parts
        return buckets[part].buckets.withLock { buckets in
            if buckets.count > Self.mostAddresses / Self.parts { buckets.removeAll() }
            var bucket = buckets[key] ?? Bucket(tokens: perMinute, filledAt: now)
            let passed = Float(now &- bucket.filledAt)
            bucket.tokens = min(perMinute, bucket.tokens + passed * perMinute / 60)
            bucket.filledAt = now
            let isGranted = bucket.tokens >= 1
            if isGranted { bucket.tokens -= 1 }
            buckets[key] = bucket
            return isGranted
        }
    }
}
