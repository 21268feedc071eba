import Metainfo

/// Numbers for machines: opentracker's `/stats`, and Prometheus.
struct TrackerStatistics {
    let figures: TrackerFigures
    let uptime: Int
    let peers: Int
    let torrents: Int
    let version: String
    /// All torrents, for those modes that need them.
    let rows: () -> [TorrentRow]

    private var seeds: Int { rows().reduce(0) { $0 + $1.counts.complete } }

    // MARK: opentracker

    /// The answer to `/stats?mode=…`; nil for a mode that there is not.
    func text(mode: String) -> String? {
        func four(_ first: Int, _ second: Int, _ what: String) -> String {
            "\(first)\n\(second)\n\(uptime) seconds (\(uptime / 3600) hours)\n\(what)\n"
        }
        switch mode {
        case "peer", "":
            return "\(peers)\n\(seeds)\nswarm serving \(torrents) torrents\nswarm\n"
        case "conn":
            return four(
                figures.connections + figures.udpConnects, figures.httpAnnounces + figures.udpAnnounces,
                "swarm connections, \(figures.connections) tcp, \(figures.udpConnects) udp")
        case "scrp": return four(figures.httpScrapes, figures.udpScrapes, "swarm scrape stats")
        case "fscr": return four(figures.fullScrapes, figures.fullScrapes, "swarm full scrape stats")
        case "tcp4": return four(figures.connections, figures.httpAnnounces, "swarm tcp4 stats")
        case "udp4": return four(figures.udpConnects, figures.udpAnnounces, "swarm udp4 stats")
        case "torr": return "\(torrents)\n0\nswarm serving \(torrents) torrents\nswarm\n"
        case "completed":
            let completed = rows().reduce(0) { $0 + $1.counts.downloaded }
            return four(completed, 0, "swarm, \(completed) downloads")
        case "herr": return "Errors:\nbad requests: \(figures.badRequests)\nrefused: \(figures.refusals)\n"
        case "top10": return top(10)
        case "top100": return top(100)
        case "tpbs": return torrentPerLine
        case "busy": return busy
        case "version": return "swarm \(version)\n"
        case "everything": return everything
        default: return nil
        }
    }

    private func top(_ count: Int) -> String {
        func list(_ title: String, _ number: (TorrentRow) -> Int) -> String {
            let best = rows().map { (number($0), $0) }.sorted { $0.0 > $1.0 }.prefix(count)
            return "Top \(count) torrents by \(title):\n"
                + best.map { "\t\($0.0)\t\($0.1.infoHash.hex.uppercased())\n" }.joined()
        }
        return list("peers", { $0.counts.complete + $0.counts.incomplete }) + list("seeds", { $0.counts.complete })
    }

    /// `HASH:seeds:leechers`
    private var torrentPerLine: String {
        rows().map { "\($0.infoHash.hex.uppercased()):\($0.counts.complete):\($0.counts.incomplete)\n" }.joined()
    }

    /// How many torrents have how many peers, in powers of two.
    private var busy: String {
        var classes = [Int](repeating: 0, count: 33)
        for row in rows() {
            let peers = row.counts.complete + row.counts.incomplete
            classes[peers == 0 ? 0 : min(32, Int.bitWidth - peers.leadingZeroBitCount)] += 1
        }
        return classes.enumerated().filter { $0.element > 0 }
            .map { "\($0.offset == 0 ? "0" : "below \(1 << $0.offset)") peers: \($0.element) torrents\n" }.joined()
    }

    private var everything: String {
        let rows = rows()
        let counts = rows.map(\.counts)
        let seeds = counts.reduce(0) { $0 + $1.complete }
        let completed = counts.reduce(0) { $0 + $1.downloaded }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <stats>
              <tracker_id>0</tracker_id>
              <version>swarm \(PageText.escaped(version))</version>
              <uptime>\(uptime)</uptime>
              <torrents><count_mutex>\(torrents)</count_mutex><count_iterator>\(rows.count)</count_iterator></torrents>
              <peers><count>\(peers)</count></peers>
              <seeds><count>\(seeds)</count></seeds>
              <completed><count>\(completed)</count></completed>
              <connections>
                <tcp><accept>\(figures.connections)</accept><announce>\(figures.httpAnnounces)</announce><scrape>\(figures.httpScrapes)</scrape></tcp>
                <udp><overall>\(figures.udpConnects + figures.udpAnnounces + figures.udpScrapes)</overall><connect>\(figures.udpConnects)</connect><announce>\(figures.udpAnnounces)</announce><scrape>\(figures.udpScrapes)</scrape><missmatch>\(figures.staleConnectionIDs)</missmatch></udp>
                <livesync><count>0</count></livesync>
              </connections>
            </stats>

            """
    }

    // MARK: Prometheus

    /// Series with a torrent in their labels, at most; the busiest first.
    static let mostSeries = 1000

    var prometheus: String {
        let rows = rows()
        var text = ""
        func metric(_ name: String, _ type: String, _ help: String, _ values: [(labels: String, value: Int)]) {
            text += "# HELP swarm_tracker_\(name) \(help)\n# TYPE swarm_tracker_\(name) \(type)\n"
            for value in values { text += "swarm_tracker_\(name)\(value.labels) \(value.value)\n" }
        }
        metric("uptime_seconds", "gauge", "Seconds since the start.", [("", uptime)])
        metric("torrents", "gauge", "Torrents that are tracked.", [("", torrents)])
        metric("peers", "gauge", "Peers of all torrents.", [("", peers)])
        metric("seeds", "gauge", "Seeds of all torrents.", [("", rows.reduce(0) { $0 + $1.counts.complete })])
        metric(
            "torrents_without_seed", "gauge", "Torrents that nobody has whole.",
            [("", rows.count { $0.counts.complete == 0 })])
        metric(
            "announces_total", "counter", "Announces.",
            [("{protocol=\"http\"}", figures.httpAnnounces), ("{protocol=\"udp\"}", figures.udpAnnounces)])
        metric(
            "scrapes_total", "counter", "Scrapes.",
            [
                ("{protocol=\"http\"}", figures.httpScrapes), ("{protocol=\"udp\"}", figures.udpScrapes),
                ("{protocol=\"http\",full=\"yes\"}", figures.fullScrapes),
            ])
        metric("refused_total", "counter", "Announces and scrapes that were refused.", [("", figures.refusals)])
        metric("bad_requests_total", "counter", "Bytes that were no request.", [("", figures.badRequests)])
        metric("connections_total", "counter", "TCP connections.", [("", figures.connections)])
        metric("pages_total", "counter", "Pages.", [("", figures.pages)])
        let busiest = rows.sorted {
            $0.counts.complete + $0.counts.incomplete > $1.counts.complete + $1.counts.incomplete
        }.prefix(Self.mostSeries)
        func series(_ value: (SwarmCounts) -> Int) -> [(labels: String, value: Int)] {
            busiest.map { row in
                let name = row.torrent.map { ",name=\(Self.label($0.name))" } ?? ""
                return ("{info_hash=\"\(row.infoHash.hex)\"\(name)}", value(row.counts))
            }
        }
        metric("torrent_seeds", "gauge", "Seeds of a torrent; the \(Self.mostSeries) busiest.", series(\.complete))
        metric("torrent_leechers", "gauge", "Leechers of a torrent.", series(\.incomplete))
        metric("torrent_downloaded_total", "counter", "Finished downloads of a torrent.", series(\.downloaded))
        return text
    }

    private static func label(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}
