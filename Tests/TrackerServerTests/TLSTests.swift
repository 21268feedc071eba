import Foundation
import TestKit
import Testing

@testable import TrackerServer

@Suite(
    "The tracker over HTTPS", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")),
    .timeLimit(.minutes(2)))
struct TLSTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func makeCertificate(_ name: String) async throws {
        let made = try await ChildProcess.run(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", folder.path("key.pem"), "-out", folder.path("certificate.pem"), "-days", "2", "-subj",
                "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1",
            ], in: folder.path)
        try #require(made.exitStatus == 0, "\(made.report)")
    }

    private func ask(_ endpoint: Tracker.Endpoint, _ target: String) async throws -> (subject: String, reply: String) {
        let script =
            "printf 'GET \(target) HTTP/1.0\\r\\n\\r\\n' | "
            + "openssl s_client -connect 127.0.0.1:\(endpoint.port) -ign_eof 2>&1"
        let result = try await ChildProcess.run(["sh", "-c", script], in: folder.path)
        let subject = result.standardOutput.split(separator: "\n").first { $0.hasPrefix("subject=") }
        return (String(subject ?? ""), result.standardOutput)
    }

    @Test("answers announces and pages, and takes a new certificate when told to")
    func announces() async throws {
        try await makeCertificate("first")
        var configuration = TrackerConfiguration(addresses: [.init("127.0.0.1")], port: 0)
        configuration.tls = .init(
            certificate: folder.path("certificate.pem"), key: folder.path("key.pem"), port: 0)
        let tracker = try await Tracker.start(configuration)
        let endpoint = try #require(tracker.endpoints.first { $0.isSecure })

        let first = try await ask(endpoint, TrackerProbe.target(port: 1001, left: 0))
        let page = try await ask(endpoint, "/")
        try await makeCertificate("second")
        try tracker.reload()
        let second = try await ask(endpoint, "/")
        await tracker.shutdown()

        #expect(endpoint.announceURL == "https://127.0.0.1:\(endpoint.port)/announce")
        #expect(first.reply.contains("8:completei1e") && first.subject.contains("first"), "\(first.reply)")
        #expect(page.reply.contains("<h1>BitTorrent tracker</h1>") && second.subject.contains("second"))
    }

    @Test("a certificate that is none keeps it from starting")
    func bad() async throws {
        var configuration = TrackerConfiguration.loopback
        let path = try folder.write(Array("nothing".utf8), to: "bad.pem")
        configuration.tls = .init(certificate: path, key: path, port: 0)

        await #expect(throws: TrackerError.self) { try await Tracker.start(configuration) }
    }
}
