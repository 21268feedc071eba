import PeerWire

/// Who chokes whom, who is interested, and which messages are lawful now: BEP 3, 6 and 10.
struct PeerState {
    let reserved: ReservedBits
    let supportsFast: Bool
    let supportsExtensions: Bool
    /// We choke the peer.
    private(set) var amChoking = true
    private(set) var amInterested = false
    /// The peer chokes us.
    private(set) var isChoking = true
    private(set) var isInterested = false
    /// Seconds of the swarm's clock when we last choked or unchoked the peer.
    private(set) var chokeChangedAt: UInt32
    /// Pieces the peer serves even while it chokes us (BEP 6).
    private(set) var allowedFast: Set<Int> = []
    /// Pieces we serve the peer even while we choke it.
    var grantedFast: [Int] = []
    /// The time for the list of all its pieces is over: it comes once, and first.
    private(set) var hasToldPieces = false
    /// BEP 10: id the peer gave to an extension, by name.
    var extensions = ExtensionHandshake()

    /// More than BEP 6 asks for; the rest is ignored.
    private static let highestAllowedFast = 64

    init(reserved: ReservedBits, now: UInt32) {
        self.reserved = reserved
        supportsFast = reserved.contains(.fast)
        supportsExtensions = reserved.contains(.extensionProtocol)
        chokeChangedAt = now
    }

    /// What is wrong with getting a list of pieces now, nil when it is lawful.
    mutating func handlePieces(usingFast: Bool) -> String? {
        if usingFast, !supportsFast { return "have-all or have-none without the fast extension" }
        if hasToldPieces { return "a second list of pieces" }
        hasToldPieces = true
        return nil
    }

    /// After the first other message a list of pieces is too late. Extension messages may come before it in practice.
    mutating func handleOtherMessage() { hasToldPieces = true }

    /// - Returns: false when nothing changed.
    mutating func handleChoke(_ choked: Bool) -> Bool {
        guard isChoking != choked else { return false }
        isChoking = choked
        return true
    }

    mutating func handleInterest(_ interested: Bool) -> Bool {
        guard isInterested != interested else { return false }
        isInterested = interested
        return true
    }

    mutating func handleAllowedFast(_ piece: Int) {
        if allowedFast.count < Self.highestAllowedFast { allowedFast.insert(piece) }
    }

    mutating func setChoking(_ choking: Bool, now: UInt32) -> Bool {
        guard amChoking != choking else { return false }
        amChoking = choking
        chokeChangedAt = now
        return true
    }

    mutating func setInterested(_ interested: Bool) -> Bool {
        guard amInterested != interested else { return false }
        amInterested = interested
        return true
    }
}
