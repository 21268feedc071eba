import Foundation
import Metainfo
import NIOCore
import NIOPosix
import TestKit
import Testing

@testable import Discovery

@Suite(
    "Trackers over TLS", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")),
    .timeLimit(.minutes(2)))
struct TLSTrackerTests {
    @Test("a tracker with a certificate of its own making is not told anything")
    func selfSigned() async throws {
        let folder = try TemporaryFolder()
        let host = Loopback.anyAddress()
        let port = try await Loopback.freePort(on: host)
        let (key, certificate) = (folder.path("key.pem"), folder.path("certificate.pem"))
        let made = try await ChildProcess.run(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=tracker", "-addext",
                "subjectAltName=IP:\(host)",
            ], in: folder.path)
        try #require(made.exitStatus == 0, "\(made.report)")
        let server = try await ChildProcess.start(
            ["openssl", "s_server", "-accept", "\(host):\(port)", "-key", key, "-cert", certificate, "-www"],
            in: folder.path)
        defer { server.stop() }
        try await waitUntil("openssl listens", context: { server.report }) {
            server.standardOutput.contains("ACCEPT")
        }
        let group = MultiThreadedEventLoopGroup.singleton
        let transport = TrackerTransport(group: group, userAgent: "swarm/test")
        let url = try TrackerURL("https://\(host):\(port)/announce")

        let reply = transport.announce(
            try AnnounceCall(Sample.request(), to: url, timeout: nil), on: group.next())
        let failure = await #expect(throws: AnnounceFailure.self) { try await reply.get() }
        await transport.shutdown()

        #expect(
            failure?.description.hasPrefix("the tracker's TLS certificate is not trusted") == true, "\(failure as Any)")
    }
}
