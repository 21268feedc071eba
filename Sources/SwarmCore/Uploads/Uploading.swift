/// The sending half of a swarm: whom to send to, and what is ready to be sent.
struct Uploading {
    var choker: Choker
    let cache: PieceCache
    /// Peers that wait for a span to be read.
    var waiting: [SpanKey: Set<PeerNumber>] = [:]
    /// Peers that wait because all cache memory is being filled.
    var crowded: Set<PeerNumber> = []

    init(choker: Choker, cache: PieceCache) {
        self.choker = choker
        self.cache = cache
    }
}
