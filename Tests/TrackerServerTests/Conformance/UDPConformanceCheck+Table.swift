extension UDPConformanceCheck {
    private static let seed: Packet = { $0.announce(port: 1001, left: 0) }
    private static let leecher: Packet = { $0.announce(port: 1001, left: 3) }

    /// Connecting, and those who did not.
    static let connections: [UDPConformanceCheck] = [
        .init("a connect is answered", { _ in UDPPackets.connect() }, "connected, 16 bytes"),
        .init("a longer connect is answered", { _ in UDPPackets.connect() + [1, 2, 3] }, "connected, 16 bytes"),
        .init("a connect with another magic number is noise", { _ in UDPPackets.connect(magic: 1) }, "silence"),
        .init("a connect cut short is noise", { _ in Array(UDPPackets.connect().dropLast()) }, "silence"),
        .init("a single byte is noise", { _ in [1] }, "silence"),
        .init("an announce without a connect is refused", { $0.unconnected.announce() }, "error"),
        .init("an announce with a forged id is refused", { $0.forged.announce() }, "error"),
        .init("a scrape without a connect is refused", { $0.unconnected.scrape($0.torrent) }, "error"),
        .init("a scrape with a forged id is refused", { $0.forged.scrape($0.torrent) }, "error"),
        .init(
            "an unknown action is refused", { $0.head(action: 99) }, "error", theirs: ("silence", "tells nobody")),
        .init(
            "the action of an error is refused", { $0.head(action: 3) }, "error", theirs: ("silence", "tells nobody")),
    ]

    static let announces: [UDPConformanceCheck] = [
        .init("the first peer finds nobody", { $0.announce() }, "0/1 []"),
        .init("a seed and a leecher are counted apart", after: [seed], { $0.announce() }, "1/1 [1001]"),
        .init("a leecher is handed out to a seed", after: [leecher], { $0.announce(left: 0) }, "1/1 [1001]"),
        .init(
            "seeds are not handed out to a seed", after: [seed], { $0.announce(left: 0) }, "2/0 []",
            theirs: ("2/0 [1001]", "gives seeds to seeds")),
        .init("the same port twice is one peer", after: [leecher, leecher], { $0.announce() }, "0/2 [1001]"),
        .init(
            "started is a regular announce", after: [{ $0.announce(port: 1001, event: 2) }], { $0.announce() },
            "0/2 [1001]"),
        .init(
            "stopped removes the peer", after: [leecher, { $0.announce(port: 1001, event: 3) }], { $0.announce() },
            "0/1 []"),
        .init("the reply to stopped has no peers", after: [leecher], { $0.announce(event: 3) }, "0/1 []"),
        .init(
            "an unknown event is refused", { $0.announce(event: 4) }, "error",
            theirs: ("0/1 []", "takes any event for a regular one")),
        .init("none wanted gives nobody", after: [seed], { $0.announce(wants: 0) }, "1/1 []"),
        .init(
            "a negative number wanted leaves it to the tracker", after: [seed], { $0.announce(wants: -5) }, "1/1 [1001]"
        ),
        .init(
            "an address that no peer can have is passed over",
            after: [{ $0.announce(port: 1001, left: 0, address: 0xE000_0001) }],
            { $0.announce() }, "1/1 [1001]"),
        .init("a negative left is no seed", { $0.announce(left: -1) }, "0/1 []"),
        .init("left beyond 32 bits is no seed", { $0.announce(left: 1 << 32) }, "0/1 []"),
        .init(
            "keys are taken", after: [{ $0.announce(port: 1001, left: 0, key: 5) }], { $0.announce(key: 7) },
            "1/1 [1001]"),
        .init(
            "port 0 is not handed out", after: [{ $0.announce(port: 0) }], { $0.announce() }, "0/1 []",
            theirs: ("0/2 [0]", "hands out port 0")),
        .init(
            "a torrent off the list is refused", { $0.announce(UDPPackets.unlisted) }, "error",
            theirs: ("torn", "sends an announce of 8 bytes")),
        .init(
            "an announce cut short is refused", { Array($0.announce().dropLast()) }, "error",
            theirs: ("silence", "tells nobody")),
        .init(
            "URL data is passed over: BEP 41", after: [seed], { $0.announce() + [2, 2, 0x2F, 0x61, 0] }, "1/1 [1001]"),
        .init(
            "options that run over the end are passed over", after: [seed], { $0.announce() + [2, 255, 1] },
            "1/1 [1001]"),
    ]

    static let scrapes: [UDPConformanceCheck] = [
        .init("one torrent is scraped", after: [seed], { $0.scrape($0.torrent) }, "scraped 1/0/0"),
        .init(
            "two are answered in their order", after: [seed], { $0.scrape($0.other, $0.torrent) },
            "scraped 0/0/0 1/0/0"),
        .init(
            "one asked for twice is answered twice", after: [seed], { $0.scrape($0.torrent, $0.torrent) },
            "scraped 1/0/0 1/0/0"),
        .init("one off the list has zeros", { $0.scrape(UDPPackets.unlisted) }, "scraped 0/0/0"),
        .init(
            "completed counts a download", after: [{ $0.announce(port: 1001, left: 0, event: 1) }],
            { $0.scrape($0.torrent) }, "scraped 1/1/0"),
        .init(
            "completed twice by one peer is one download",
            after: [{ $0.announce(left: 0, event: 1) }, { $0.announce(left: 0, event: 1) }],
            { $0.scrape($0.torrent) }, "scraped 1/1/0"),
        .init(
            "a scrape of nothing is refused", { $0.scrape() }, "error", theirs: ("scraped ", "answers with nothing")),
        .init(
            "half a hash at the end is passed over", after: [seed], { $0.scrape($0.torrent, [1, 2, 3]) },
            "scraped 1/0/0", theirs: ("scraped 1/0/0 0/0/0", "reads beyond the datagram")),
        .init(
            "74 torrents fit", { $0.scrape(Array(repeating: $0.torrent, count: 74).flatMap(\.self)) }, "scraped 74"),
        .init(
            "more than 74 are cut off", { $0.scrape(Array(repeating: $0.torrent, count: 80).flatMap(\.self)) },
            "scraped 74", theirs: ("scraped 75", "has room for one more")),
    ]
}
