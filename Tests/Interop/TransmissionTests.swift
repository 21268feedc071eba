import Testing

/// A suite of its own, beside the others: transmission unchokes and connects on slow timers, 15 to 30 seconds each time.
@Suite("swarm and transmission", .serialized, .enabled(if: VirtualNetwork.isPossible, "a network namespace needs root"))
struct TransmissionTests {
    @Test("move a folder from swarm to transmission")
    func seeds() async throws {
        try await TestSwarm.move(.folder, from: .swarm, to: .transmission, tracker: .swarm, isVirtual: true)
    }

    @Test("move a file from transmission to swarm")
    func gets() async throws {
        try await TestSwarm.move(.file, from: .transmission, to: .swarm, tracker: .swarm, isVirtual: true)
    }
}
