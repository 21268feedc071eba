/// The sending half of a swarm: whom to send to, and what is ready to be sent.
struct Uploading {
    var choker: Choker
    let cache: PieceCache
    /// Peers that wait for a span to be read.
    var waiting: [SpanKey: Set<PeerNumber>] = [:]
    /// Peers that wait because all cache memory is being filled.
    var crowded: Set<PeerNumber> = []

    /// The swarm's part of the slots of all swarms.
    let slots: SlotClaim
    /// While we show each piece to one peer at a time.
    var superSeed: SuperSeed?
    /// Every piece is out; not begun again until the user asks for it again.
    var isSuperSeedDone = false
    var random: SmallRandom

    init(choker: Choker, cache: PieceCache, slots: SlotClaim, random: SmallRandom) {
        self.choker = choker
        self.cache = cache
        self.slots = slots
        self.random = random
    }
}
