import Testing

/// Other programs among themselves: when this fails, look for the fault in the harness or on the machine.
@Suite("Control", .serialized)
struct ControlTests {
    @Test("other programs get on with each other here", arguments: Payload.allCases)
    func others(payload: Payload) async throws {
        try await TestSwarm.move(payload, from: .rtorrent, to: .libtorrent, tracker: .opentracker)
    }

    @Test("opentracker answers over UDP")
    func datagrams() async throws {
        try await TestSwarm.move(
            .file, from: .libtorrent, to: .libtorrent, tracker: .opentracker, announceScheme: "udp")
    }
}
