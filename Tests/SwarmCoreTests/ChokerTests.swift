import Testing

@testable import SwarmCore

@Suite("Choker")
struct ChokerTests {
    private func peer(
        _ number: UInt32, interested: Bool = true, unchoked: Bool = false, down: Double = 0, up: Double = 0,
        snubbing: Bool = false, inState: Int = 100, age: Int = 100
    ) -> Choker.Candidate {
        Choker.Candidate(
            number: PeerNumber(number), isInterested: interested, isUnchoked: unchoked, downloadRate: down,
            uploadRate: up, isSnubbing: snubbing, secondsInState: inState, age: age)
    }

    @Test("unchokes all who are interested while slots last, and nobody else")
    func enoughSlots() {
        var choker = Choker(random: SmallRandom(seed: 1))

        let chosen = choker.rechoke([peer(1), peer(2, interested: false), peer(3)], slots: 4, isSeeding: false)

        #expect(chosen == [PeerNumber(1), PeerNumber(3)])
    }

    @Test("trades with those who send fastest and leaves one slot to luck")
    func titForTat() {
        var choker = Choker(random: SmallRandom(seed: 1))
        let peers = (1...10).map { peer(UInt32($0), down: Double($0)) }

        let chosen = choker.rechoke(peers, slots: 4, isSeeding: false)

        #expect(chosen.count == 4)
        #expect(chosen.isSuperset(of: [PeerNumber(10), PeerNumber(9), PeerNumber(8)]))
    }

    @Test("a peer that takes and sends nothing loses its slot to one that sends")
    func antiSnubbing() {
        var choker = Choker(random: SmallRandom(seed: 1))
        let peers = [peer(1, unchoked: true, down: 900, snubbing: true), peer(2, down: 1), peer(3, down: 2)]

        let chosen = choker.rechoke(peers, slots: 1, isSeeding: false)

        #expect(chosen == [PeerNumber(3)])
    }

    @Test("the lucky one stays for three rounds, then another gets the chance")
    func optimisticRotates() {
        var choker = Choker(random: SmallRandom(seed: 3))
        let peers = [peer(1, down: 100)] + (2...9).map { peer(UInt32($0)) }

        let rounds = (0..<6).map { _ in
            choker.rechoke(peers, slots: 2, isSeeding: false).subtracting([PeerNumber(1)]).first
        }

        #expect(rounds[0] == rounds[1] && rounds[1] == rounds[2])
        #expect(rounds[3] == rounds[4] && rounds[4] == rounds[5])
        #expect(rounds[0] != rounds[3])
    }

    @Test("a seed gives everyone a turn")
    func seedTurns() {
        var choker = Choker(random: SmallRandom(seed: 5))
        var unchokedFor: [UInt32: Int] = [:]
        var waited: [UInt32: Int] = [:]
        var served = Set<UInt32>()

        for _ in 0..<60 {
            let peers = (1...8 as ClosedRange<UInt32>).map { number in
                let on = unchokedFor[number]
                return peer(number, unchoked: on != nil, up: on == nil ? 0 : 50, inState: on ?? waited[number] ?? 0)
            }
            let chosen = Set(choker.rechoke(peers, slots: 3, isSeeding: true).map(\.rawValue))
            served.formUnion(chosen)
            for number in 1...8 as ClosedRange<UInt32> {
                if chosen.contains(number) {
                    unchokedFor[number] = (unchokedFor[number] ?? -10) + 10
                    waited[number] = nil
                } else {
                    waited[number] = unchokedFor[number] == nil ? (waited[number] ?? -10) + 10 : 0
                    unchokedFor[number] = nil
                }
            }
        }

        #expect(served.count == 8)
    }

    @Test("a seed takes the turn from those who ask for nothing")
    func seedSkipsIdlers() {
        var choker = Choker(random: SmallRandom(seed: 5))
        let idle = (1...4).map { peer($0, unchoked: true, up: 0, inState: 12) }
        let waiting = peer(5, inState: 3)

        let chosen = choker.rechoke(idle + [waiting], slots: 1, isSeeding: true)

        #expect(chosen == [PeerNumber(5)])
    }
}
