import Glibc
import TestKit
import Testing
import TrackerServer

@Suite("Starting the tracker")
struct TrackerStartTests {
    @Test("binds one port for both protocols and families, and says which")
    func anyPort() async throws {
        try await withTracker { probe in
            let tracker = try probe.tracker
            let endpoints = tracker.endpoints

            #expect(endpoints.count == (probe.hasIPv6 ? 4 : 2))
            #expect(Set(endpoints.map(\.port)).count == 1 && endpoints[0].port != 0)
            #expect(tracker.announceURL == "http://127.0.0.1:\(endpoints[0].port)/announce")
            #expect(tracker.udpAnnounceURL == "udp://127.0.0.1:\(endpoints[0].port)/announce")
        }
    }

    @Test("binds another port for UDP")
    func otherPort() async throws {
        var configuration = TrackerConfiguration.loopback
        configuration.udpPort = 0
        try await withTracker(configuration) { probe in
            let (tcp, udp) = (try probe.port(.stream, "127.0.0.1"), try probe.port(.datagram, "127.0.0.1"))

            #expect(tcp != udp)
        }
    }

    @Test("a second tracker on the same port is told so, with one loop and with several", arguments: [1, 4])
    func portInUse(threads: Int) async throws {
        var configuration = TrackerConfiguration(addresses: [.init("127.0.0.1")], port: 0)
        configuration.threads = threads
        try await withTracker(configuration) { probe in
            let port = probe.endpoints[0].port
            configuration.port = port

            let error = await #expect(throws: TrackerError.self) { try await Tracker.start(configuration) }

            #expect(error == .portInUse(.stream, address: "127.0.0.1", port: port))
            let text = "\(try #require(error))"
            #expect(text.contains("TCP port \(port) of 127.0.0.1 is in use"))
        }
    }

    @Test("a UDP port alone that is in use is told as well")
    func udpPortInUse() async throws {
        try await withTracker { probe in
            var configuration = TrackerConfiguration(addresses: [.init("127.0.0.1")], port: 0)
            configuration.udpPort = probe.endpoints[0].port

            let error = await #expect(throws: TrackerError.self) { try await Tracker.start(configuration) }

            #expect(error == .portInUse(.datagram, address: "127.0.0.1", port: probe.endpoints[0].port))
        }
    }

    @Test("refuses what is no address or not of this machine", arguments: ["localhost", "", "1.2.3", "192.0.2.1"])
    func wrongAddress(host: String) async throws {
        let configuration = TrackerConfiguration(addresses: [.init(host)], port: 0)

        let error = await #expect(throws: TrackerError.self) { try await Tracker.start(configuration) }

        if host == "192.0.2.1" {
            #expect(error == .cannotBind(.stream, address: host, port: 0, code: EADDRNOTAVAIL))
        } else {
            #expect(error == .invalidAddress(host))
        }
    }

    @Test("leaves out an optional address that this machine does not have")
    func optionalAddress() async throws {
        let addresses = [TrackerConfiguration.Address("192.0.2.1", isOptional: true), .init("127.0.0.1")]
        try await withTracker(TrackerConfiguration(addresses: addresses, port: 0)) { probe in
            #expect(Set(probe.endpoints.map(\.host)) == ["127.0.0.1"])
        }
    }
}
