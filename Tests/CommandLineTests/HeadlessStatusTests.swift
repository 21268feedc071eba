import Testing

@testable import swarm

struct HeadlessStatusTests {
    /// A download half-way.
    static var half: TransferStatus {
        var status = TransferStatus(
            name: "libnoise-viewer.ogv", path: "/root/libnoise-viewer.ogv", totalLength: 23_907_532)
        status.phase = .downloading
        (status.verified, status.downloaded, status.uploaded) = (11_953_766, 12_582_912, 1_048_576)
        (status.downloadRate, status.uploadRate, status.secondsLeft) = (524_288, 12_700, 83)
        (status.peers, status.seeds, status.distributedCopies) = (5, 2, 1.0769)
        (status.peersCompletion, status.peersRate) = (0.0769, 6_861)
        return status
    }

    @Test("a download shows BitTornado's nine lines")
    func download() {
        #expect(
            HeadlessStatus.lines(Self.half) == [
                "",
                "saving:         libnoise-viewer.ogv (22.8 MB)",
                "percent done:   50.0",
                "time left:      1 min 23 sec",
                "download to:    /root/libnoise-viewer.ogv",
                "download rate:  512.0 kB/s",
                "upload rate:    12.4 kB/s",
                "share rating:   0.083  (1.0 MB up / 12.0 MB down)",
                "seed status:    2 seen now, plus 1.076 distributed copies",
                "peer status:    3 seen now, 7.6% done at 6.7 kB/s",
            ])
    }

    @Test("a seed that took nothing has an infinite share rating and no download rate")
    func seed() {
        var status = Self.half
        status.phase = .seeding
        (status.downloaded, status.uploaded, status.seeds, status.peers) = (0, 419_430, 0, 1)
        status.distributedCopies = 0.0769
        status.tracker = .init(url: "http://x", seeds: 3)

        #expect(
            HeadlessStatus.lines(status) == [
                "",
                "saving:         libnoise-viewer.ogv (22.8 MB)",
                "percent done:   100.0",
                "time left:      Download Succeeded!",
                "download to:    /root/libnoise-viewer.ogv",
                "download rate:",
                "upload rate:    12.4 kB/s",
                "share rating:   oo  (0.4 MB up / 0.0 MB down)",
                "seed status:    2 seen recently, plus 0.076 distributed copies",
                "peer status:    1 seen now, 7.6% done at 6.7 kB/s",
            ])
    }

    @Test(
        "says what it waits for",
        arguments: [
            (TransferStatus.Phase.starting, 0, nil, "starting"),
            (.checking(done: 1, total: 4), 0, nil, "checking existing data"),
            (.downloading, 0, nil, "connecting to peers"),
            (.downloading, 0, 60.0, "connecting to peers"),
            (.downloading, 1, nil, "<unknown>"),
            (.downloading, 1, 59.9, "0 min 59 sec"),
            (.downloading, 1, 3_725.0, "1 hour 02 min 05 sec"),
            (.downloading, 1, 6e6, "<unknown>"),
            (.complete, 1, nil, "Download Succeeded!"),
            (.stopping, 1, nil, "shutting down"),
            (.failed("disk full"), 1, nil, "Download Failed!"),
        ] as [(TransferStatus.Phase, Int, Double?, String)])
    func timeLeft(phase: TransferStatus.Phase, peers: Int, seconds: Double?, text: String) {
        var status = Self.half
        (status.phase, status.peers, status.secondsLeft) = (phase, peers, seconds)

        #expect(HeadlessStatus.lines(status)[3] == "time left:      \(text)")
    }

    @Test("while checking, the percentage is of the check")
    func checking() {
        var status = Self.half
        status.phase = .checking(done: 1, total: 8)

        #expect(HeadlessStatus.lines(status)[2] == "percent done:   12.5")
    }

    @Test("errors stand in front, and cannot act on a terminal")
    func errors() {
        var status = Self.half
        status.problems = [.init(time: "14:03:59", text: "tracker http://x: \u{1B}[2Jno such torrent")]

        #expect(
            HeadlessStatus.lines(status).prefix(4) == [
                "", "ERROR:", "[14:03:59] tracker http://x: ?[2Jno such torrent", "",
            ])
    }

    /// `#expect` does not take mutating calls.
    private func isDue(_ pace: inout StatusPace, _ status: TransferStatus, _ now: Double) -> Bool {
        pace.isDue(status, now: now)
    }

    @Test("blocks come with news, and else only as often as asked")
    func pace() {
        var pace = StatusPace()
        var status = Self.half
        status.phase = .checking(done: 0, total: 10)

        #expect(isDue(&pace, status, 0))
        #expect(!isDue(&pace, status, 0.5))
        status.phase = .checking(done: 9, total: 10)
        #expect(!isDue(&pace, status, 4.9))
        #expect(isDue(&pace, status, 5))
        status.phase = .downloading
        #expect(isDue(&pace, status, 5.1), "a new phase")
        #expect(!isDue(&pace, status, 100), "nothing has changed")
        status.problems = [.init(time: "", text: "x")]
        #expect(isDue(&pace, status, 101), "a problem")
    }

    @Test("a seed writes a block a minute, and none while nothing happens")
    func seedPace() {
        var pace = StatusPace()
        var status = Self.half
        status.phase = .seeding

        #expect(isDue(&pace, status, 0))
        status.uploaded += 10_000_000
        #expect(!isDue(&pace, status, 59))
        #expect(isDue(&pace, status, 60))
        #expect(!isDue(&pace, status, 3600))
    }

    @Test("the peers' rate follows what they gain, not who comes")
    func peerProgress() {
        var progress = PeerProgress()
        progress.note(share: 0.5, peers: 2, totalLength: 1000, now: 0)
        progress.note(share: 0.9, peers: 3, totalLength: 1000, now: 1)
        #expect(progress.rate == 0)

        for second in 2...200 {
            progress.note(share: 0.9 + Double(second) / 10_000, peers: 3, totalLength: 1_000_000, now: Double(second))
        }
        #expect(abs(progress.rate - 300) < 20)

        progress.note(share: 0, peers: 0, totalLength: 1_000_000, now: 201)
        #expect(progress.rate == 0)
    }
}
