/// Whom to upload to: tit for tat while downloading, a fair turn for each while seeding (BEP 3).
///
/// Pure: sees the peers once a round (10 s), says who is to be unchoked. Rates come in smoothed.
package struct Choker {
    /// What the choker sees of a peer.
    package struct Candidate: Sendable {
        package let number: PeerNumber
        package let isInterested: Bool
        package let isUnchoked: Bool
        /// Bytes a second it sends us.
        package let downloadRate: Double
        /// Bytes a second we send it.
        package let uploadRate: Double
        /// It unchoked us and sends nothing.
        package let isSnubbing: Bool
        /// Seconds since it was last choked or unchoked.
        package let secondsInState: Int
        /// Seconds since it connected.
        package let age: Int

        package init(
            number: PeerNumber, isInterested: Bool, isUnchoked: Bool, downloadRate: Double, uploadRate: Double,
            isSnubbing: Bool, secondsInState: Int, age: Int
        ) {
            self.number = number
            self.isInterested = isInterested
            self.isUnchoked = isUnchoked
            self.downloadRate = downloadRate
            self.uploadRate = uploadRate
            self.isSnubbing = isSnubbing
            self.secondsInState = secondsInState
            self.age = age
        }
    }

    /// Seconds between rounds.
    package static let roundSeconds = 10
    /// The optimistic unchoke moves on every third round.
    private static let optimisticRounds = 3
    /// A seed keeps a peer unchoked for at least this long while others wait.
    private static let seedTurnSeconds = 30

    private var round = 0
    private var optimistic: PeerNumber?
    private var random: SmallRandom

    package init(random: SmallRandom) { self.random = random }

    /// One round.
    ///
    /// - Parameter slots: how many peers may be unchoked, the optimistic one included; at least 1.
    /// - Returns: who is to be unchoked; all others are to be choked.
    package mutating func rechoke(_ candidates: [Candidate], slots: Int, isSeeding: Bool) -> Set<PeerNumber> {
        let interested = candidates.filter(\.isInterested)
        defer { round += 1 }
        guard interested.count > slots else {
            optimistic = nil
            return Set(interested.map(\.number))
        }
        var chosen = Set<PeerNumber>()
        let ranked = isSeeding ? rankForSeeding(interested) : rankForTrading(interested)
        let regular = max(1, slots - 1)
        for candidate in ranked.prefix(regular) { chosen.insert(candidate.number) }
        if slots > 1, let lucky = chooseOptimistic(interested.filter { !chosen.contains($0.number) }) {
            chosen.insert(lucky)
        }
        return chosen
    }

    /// Fastest senders first; who takes and does not give comes last.
    private func rankForTrading(_ peers: [Candidate]) -> [Candidate] {
        peers.sorted {
            if $0.isSnubbing != $1.isSnubbing { return !$0.isSnubbing }
            if $0.downloadRate != $1.downloadRate { return $0.downloadRate > $1.downloadRate }
            return $0.uploadRate > $1.uploadRate
        }
    }

    /// Who is in the middle of a turn goes on, fastest first; then whoever has waited longest.
    private func rankForSeeding(_ peers: [Candidate]) -> [Candidate] {
        peers.sorted {
            let (first, second) = (isOnTurn($0), isOnTurn($1))
            if first != second { return first }
            if first { return $0.uploadRate > $1.uploadRate }
            if $0.isUnchoked != $1.isUnchoked { return !$0.isUnchoked }
            return $0.secondsInState > $1.secondsInState
        }
    }

    /// Whoever takes nothing lets its turn pass: others wait.
    private func isOnTurn(_ peer: Candidate) -> Bool {
        peer.isUnchoked && peer.secondsInState < (peer.uploadRate > 0 ? Self.seedTurnSeconds : Self.roundSeconds)
    }

    /// New peers have nothing to trade yet, so they are three times as likely to be given a chance.
    private mutating func chooseOptimistic(_ waiting: [Candidate]) -> PeerNumber? {
        if round % Self.optimisticRounds != 0, let optimistic, waiting.contains(where: { $0.number == optimistic }) {
            return optimistic
        }
        var tickets: [PeerNumber] = []
        for candidate in waiting where candidate.number != optimistic || waiting.count == 1 {
            for _ in 0..<(candidate.age < 60 ? 3 : 1) { tickets.append(candidate.number) }
        }
        guard !tickets.isEmpty else { return nil }
        optimistic = tickets[random.below(tickets.count)]
        return optimistic
    }
}
