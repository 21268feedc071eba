import Testing

/// Other programs among themselves: when this fails, look for the fault in the harness or on the machine.
@Suite("Control", .serialized)
struct ControlTests {
    @Test("other programs get on with each other here", arguments: Payload.allCases)
    func others(payload: Payload) async throws {
        try await Transfer(seeder: .rtorrent, leecher: .libtorrent, payload: payload, tracker: .opentracker).run()
    }

    @Test("opentracker answers over UDP")
    func datagrams() async throws {
        try await Transfer(
            seeder: .libtorrent, leecher: .libtorrent, payload: .file, tracker: .opentracker, announceScheme: "udp"
        ).run()
    }
}
