import Foundation
import Metainfo
import TestKit
import Testing

@testable import TrackerServer

@Suite("Pages of the tracker", .timeLimit(.minutes(2)))
struct PageTests {
    private func text(_ probe: TrackerProbe, _ target: String) throws -> String {
        String(decoding: try probe.get(target).body, as: UTF8.self)
    }

    @Test("the table says what the tracker says, name and size included, and no name breaks out")
    func index() async throws {
        let folder = try TemporaryFolder()
        let sample = SampleTorrent(name: "<b>&\"x", count: 70_000)
        try folder.write(sample.metainfo, to: "t.torrent")
        let hash = try #require(try MetainfoFile.decode(sample.metainfo).infoHash)
        var configuration = TrackerConfiguration.loopback
        configuration.access = try .reading(.init(folder: folder.path))
        try await withTracker(configuration) { probe in
            let before = try text(probe, "/")
            _ = try probe.announce(hash: hash.percentEncoded, port: 1, left: 0, more: "&event=completed")
            _ = try probe.announce(hash: hash.percentEncoded, port: 2)
            let json = try text(probe, "/torrent/\(hash.hex).json")
            let page = try text(probe, "/torrent/\(hash.hex)")

            #expect(before.contains("&lt;b&gt;&amp;&quot;x") && before.contains("68.4 KiB") && !before.contains("<b>&"))
            #expect(json.contains("\"seeds\":1,\"leechers\":1,\"downloaded\":1,\"transferred\":70000"), "\(json)")
            #expect(page.contains("magnet:?xt=urn:btih:\(hash.hex)") && page.contains("<svg class=\"qr\""))
        }
    }

    @Test("nothing on a page comes from another host, and scripts of others do not run")
    func selfContained() async throws {
        try await withTracker { probe in
            let reply = try probe.get("/")

            #expect(reply.head.contains("Content-Security-Policy: default-src 'none'"), "\(reply.head)")
            #expect(!String(decoding: reply.body, as: UTF8.self).contains("http"))
            #expect(try probe.get("/style.css").head.contains("text/css"))
            #expect(try probe.get("/page.js").head.contains("text/javascript"))
        }
    }

    @Test("ten thousand torrents are sorted, searched and shown in parts")
    func many() async throws {
        try await withTracker { probe in
            let table = try probe.tracker.table
            for number in 0..<10_000 {
                let bytes = [UInt8(number >> 8), UInt8(number & 255)] + [UInt8](repeating: 3, count: 18)
                table.restore(try #require(InfoHash(bytes: bytes)), downloaded: UInt32(number), now: 100_000)
            }

            let first = try text(probe, "/?sort=downloaded&order=desc")
            let last = try text(probe, "/?sort=downloaded&order=asc&page=1")
            let found = try text(probe, "/?q=270f0303")

            #expect(first.contains("<td data-label=\"Downloaded\">9999</td>") && first.contains("Page 1 of 100"))
            #expect(!first.contains(">9899</td>") && last.contains(">99</td>") && !last.contains(">100</td>"))
            #expect(found.contains(">9999</td>") && !found.contains(">9998</td>"))
            let beyond = try text(probe, "/?sort=downloaded&order=asc&page=999999")
            #expect(beyond.contains("Page 100 of 100") && beyond.contains(">9999</td>"))
        }
    }

    @Test("statistics and a scrape of all are for those who may have them", arguments: [true, false])
    func audiences(isAdmin: Bool) async throws {
        var configuration = TrackerConfiguration.loopback
        var admins = HostRanges()
        _ = admins.insert(isAdmin ? "127.0.0.1" : "192.0.2.1")
        configuration.statistics = .some(admins)
        configuration.fullScrape = .some(admins)
        try await withTracker(configuration) { probe in
            _ = try probe.announce(port: 1, left: 0)
            let metrics = try probe.get("/metrics")
            let stats = try probe.get("/stats?mode=peer")
            let scrape = try text(probe, "/scrape")

            #expect(metrics.head.hasPrefix("HTTP/1.0 \(isAdmin ? 200 : 403)"))
            let body = String(decoding: metrics.body, as: UTF8.self)
            #expect(body.contains("swarm_tracker_announces_total{protocol=\"http\"} 1\n") == isAdmin)
            #expect(body.contains("swarm_tracker_torrent_seeds{info_hash=\"6161") == isAdmin)
            #expect(String(decoding: stats.body, as: UTF8.self).hasPrefix("1\n1\nswarm serving 1 torrents") == isAdmin)
            #expect(scrape.hasPrefix("d5:filesd20:") == isAdmin && scrape.hasPrefix("d14:failure reason") == !isAdmin)
        }
    }

    @Test("a QR code is what other programs read back", .enabled(if: QRReader.isInstalled))
    func qr() async throws {
        for length in [1, 17, 60, 150, 400, 900] {
            let text = String((0..<length).map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) })
            let code = try #require(QRCode(Array(text.utf8)))

            #expect(try await QRReader.read(code) == text)
        }
        #expect(QRCode([UInt8](repeating: 65, count: 3000)) == nil)
    }

    @Test("the log has a line for each request, with the reason where it was refused, and goes on after a rotation")
    func log() async throws {
        let folder = try TemporaryFolder()
        var configuration = TrackerConfiguration.loopback
        configuration.logFile = folder.path("tracker.log")
        configuration.access = .listed([])
        try await withTracker(configuration) { probe in
            #expect(throws: (any Error).self) { try probe.announce(port: 1) }
            try FileManager.default.moveItem(atPath: folder.path("tracker.log"), toPath: folder.path("old.log"))
            try probe.tracker.reload()
            _ = try probe.get("/stats")
        }
        let old = String(decoding: try folder.read("old.log"), as: UTF8.self)
        let new = String(decoding: try folder.read("tracker.log"), as: UTF8.self)

        #expect(old.hasPrefix("127.0.0.1 - - [") && old.contains("\"GET /announce?info_hash="))
        #expect(old.hasSuffix("refused: this torrent is not registered with this tracker\n"), "\(old)")
        #expect(new.contains("\"GET /stats\" 200"), "\(new)")
    }
}

/// Debian's zbar, to read what we draw.
enum QRReader {
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/zbarimg") }

    static func read(_ code: QRCode) async throws -> String {
        let folder = try TemporaryFolder()
        let side = (code.size + 8) * 4
        var image = Array("P5\n\(side) \(side)\n255\n".utf8)
        for row in 0..<side {
            for column in 0..<side {
                let (y, x) = (row / 4 - 4, column / 4 - 4)
                let isInside = (0..<code.size).contains(y) && (0..<code.size).contains(x)
                image.append(isInside && code.modules[y][x] ? 0 : 255)
            }
        }
        let path = try folder.write(image, to: "code.pgm")
        let result = try await ChildProcess.run(["zbarimg", "--quiet", "--raw", path], in: folder.path)
        return result.standardOutput.trimmingCharacters(in: .newlines)
    }
}
