/// How fast the peers of a swarm come on, told from the mean share that they have; for the peer status of BitTornado.
struct PeerProgress {
    /// Seconds over which the rate is smoothed.
    private static let window = 20.0

    private var last: (seconds: Double, share: Double, peers: Int)?
    /// Bytes a second, all peers together.
    private(set) var rate = 0.0

    /// - Parameters:
    ///   - share: what the peers that are no seeds have, 0…1 on average.
    ///   - now: seconds on any clock that only goes forward.
    mutating func note(share: Double, peers: Int, totalLength: Int64, now: Double) {
        defer { last = (now, share, peers) }
        // Who comes or leaves changes the mean without having got anything.
        guard let last, last.peers == peers, now > last.seconds else {
            if peers == 0 { rate = 0 }
            return
        }
        let gained = max(0, share - last.share) * Double(peers) * Double(totalLength)
        let weight = min(1, (now - last.seconds) / Self.window)
        rate += (gained / (now - last.seconds) - rate) * weight
    }
}
