/// What the owner of a swarm may change while it runs; given whole, by `Swarm.apply`.
package struct SwarmSettings: Sendable {
    /// Every limiter of the list holds back each transfer: a group's first, then the global one. Empty is no limit.
    package var uploadLimiters: [RateLimiter] = []
    package var downloadLimiters: [RateLimiter] = []
    /// Connections at most, and as many as are sought, while something is wanted and afterwards.
    package var maxPeersLeeching = 300
    package var minPeersLeeching = 300
    package var maxPeersSeeding = 300
    package var minPeersSeeding = 300
    /// Peers uploaded to at a time, the optimistic one included; 0 is no limit. The minimum is kept even when the pool of all
    /// swarms is used up.
    package var uploadSlots = 32
    package var minUploadSlots = 0
    /// Peers that may be asked for blocks at a time; 0 is no limit.
    package var downloadSlots = 0
    package var minDownloadSlots = 0
    /// Each piece is shown to one peer at a time until others have it (BEP 16). Only while we have everything.
    package var isSuperSeeding = false
    /// Pieces in their order rather than rarest first.
    package var isSequential = false
    /// Weight when the slots of all swarms are scarce: 0 off (no slot but the minimum), 1 low, 2 normal, 3 high.
    package var priority = 2

    package init() {}
}
