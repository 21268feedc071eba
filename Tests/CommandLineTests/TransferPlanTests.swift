import ArgumentParser
import Testing

@testable import swarm

struct TransferPlanTests {
    private func get(_ words: String...) throws -> TransferPlan { try GetCommand.parse(words).plan() }
    private func seed(_ words: String...) throws -> TransferPlan { try SeedCommand.parse(words).plan() }

    @Test("get takes our own options")
    func ownOptions() throws {
        let plan = try get(
            "--bind", "127.0.0.3", "--port", "7000-7010", "--max-upload-rate", "20", "--max-download-rate", "0.5",
            "--directory", "/srv", "--display-interval", "2", "--seed", "a.torrent")

        #expect(plan.torrent == "a.torrent" && plan.directory == "/srv" && plan.content == nil)
        #expect(plan.keepsSeeding && plan.purpose == .get)
        #expect(plan.bindAddresses == ["127.0.0.3"] && plan.ports == 7000...7010)
        #expect(plan.maxUploadRate.bytesPerSecond == 20_480 && plan.maxDownloadRate.bytesPerSecond == 512)
        #expect(plan.displayInterval == 2 && plan.notes.isEmpty)
    }

    @Test("without options: BitTorrent's old ports, no limits, no seeding after the download")
    func defaults() throws {
        let plan = try get("a.torrent")

        #expect(plan.ports == 6881...6999 && plan.bindAddresses.isEmpty && !plan.keepsSeeding)
        #expect(plan.maxUploadRate == .none && plan.maxDownloadRate == .none && plan.displayInterval == nil)
    }

    @Test("the line of the guide from 2010 works as it stands")
    func guideOf2010() throws {
        let plan = try seed(
            "--responsefile", "/root/torrent/libnoise-viewer.ogv.torrent", "--minport", "6881", "--maxport", "6999",
            "--max_upload_rate", "20", "--saveas", "/root/libnoise-viewer.ogv")

        #expect(plan.torrent == "/root/torrent/libnoise-viewer.ogv.torrent")
        #expect(plan.content == "/root/libnoise-viewer.ogv")
        #expect(plan.ports == 6881...6999 && plan.maxUploadRate.bytesPerSecond == 20_480)
        #expect(plan.notes.isEmpty)
    }

    @Test("options of BitTornado that do nothing here are taken, and named once")
    func withoutEffect() throws {
        let plan = try get(
            "--keepalive_interval", "120", "a.torrent", "--upnp_nat_access=1", "--max_uploads", "3", "--crypto_only",
            "0")

        #expect(plan.torrent == "a.torrent" && plan.maxUploads == 3)
        #expect(plan.notes == ["accepted without effect: --keepalive_interval --upnp_nat_access --crypto_only"])
    }

    @Test("-1, BitTornado's automatic rate, is no limit", arguments: ["--max_upload_rate", "--max-upload-rate"])
    func automaticRate(option: String) throws {
        #expect(try get(option, "-1", "a.torrent").maxUploadRate == .none)
    }

    @Test("our spelling wins over BitTornado's")
    func precedence() throws {
        let plan = try get("--max_upload_rate", "20", "--max-upload-rate", "30", "--minport", "1", "--port", "9", "a")

        #expect(plan.maxUploadRate.bytesPerSecond == 30_720 && plan.ports == 9...9)
    }

    @Test("addresses may come one by one or in BitTornado's comma list")
    func addresses() throws {
        #expect(
            try get("--bind", "127.0.0.1,::1", "--bind", "10.0.0.1", "a").bindAddresses == [
                "127.0.0.1", "::1", "10.0.0.1",
            ])
    }

    @Test("one bound of the port range is enough")
    func halfRanges() throws {
        #expect(try get("--minport", "6900", "a").ports == 6900...6999)
        #expect(try get("--minport", "8000", "a").ports == 8000...8000)
        #expect(try get("--maxport", "6900", "a").ports == 6881...6900)
        #expect(try get("--maxport", "80", "a").ports == 80...80)
    }

    @Test(
        "a command line that makes no sense ends with 64",
        arguments: [
            [], ["a.torrent", "b.torrent"], ["--nonsense", "1", "a"], ["--max_upload_rate", "fast", "a"],
            ["--max-upload-rate", "-2", "a"], ["--port", "9-8", "a"], ["--port", "70000", "a"],
            ["--port", "1-2-3", "a"],
            ["--minport", "9", "--maxport", "8", "a"], ["--saveas"], ["--crypto_only", "1", "a"], ["-x", "a"],
            ["--directory", "/a", "--saveas", "/b", "a"], ["--display-interval", "0", "a"],
            ["--display_interval", "never", "a"], ["--max_uploads", "0", "a"], ["--bind", "localhost", "a"],
        ])
    func refused(words: [String]) {
        let failure = #expect(throws: (any Error).self) { try GetCommand.parse(words) }
        #expect(failure.map { GetCommand.exitCode(for: $0) } == ExitCode(64))
    }

    @Test("seed takes the content's path once")
    func seedPath() throws {
        #expect(try seed("a.torrent", "/srv/a").content == "/srv/a")
        #expect(throws: (any Error).self) { try seed("a.torrent", "/srv/a", "--saveas", "/b") }
        #expect(throws: (any Error).self) { try seed("a.torrent", "/srv/a", "/srv/b") }
    }

    @Test("a name that looks like an option can stand behind --")
    func doubleDash() throws {
        #expect(try seed("--", "-a.torrent", "--b").content == "--b")
    }

    @Test("tells files, URLs and magnet links apart")
    func sources() {
        #expect(TorrentSource("HTTPS://x/a.torrent") == .url("HTTPS://x/a.torrent"))
        #expect(TorrentSource("http://x") == .url("http://x"))
        #expect(TorrentSource("Magnet:?xt=urn:btih:x") == .magnet("Magnet:?xt=urn:btih:x"))
        #expect(TorrentSource("http.torrent") == .file("http.torrent"))
        #expect(TorrentSource("ftp://x/a") == .file("ftp://x/a"))
    }
}
