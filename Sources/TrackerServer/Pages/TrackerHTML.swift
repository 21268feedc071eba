import Metainfo

/// The pages that people see.
struct TrackerHTML {
    /// What every page says in its head.
    struct Summary {
        var version: String
        var uptime: Int
        var torrents: Int
        var seeds: Int
        var leechers: Int
        var announces: Int
        var access: String
    }

    /// Which part of the table is shown.
    struct Selection {
        var order = TorrentRow.Order.seeds
        var isDescending = true
        var page = 1
        var search = ""

        /// A link to the same table with something changed.
        func link(_ change: (inout Selection) -> Void) -> String {
            var selection = self
            change(&selection)
            var query = "?sort=\(selection.order.rawValue)&order=\(selection.isDescending ? "desc" : "asc")"
            if selection.page > 1 { query += "&page=\(selection.page)" }
            if !selection.search.isEmpty { query += "&q=\(PageText.percentEncoded(selection.search))" }
            return PageText.escaped("/" + query)
        }
    }

    static let rowsOnAPage = 100

    let summary: Summary

    private func document(_ title: String, header: String, main: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(PageText.escaped(title))</title>
        <link rel="stylesheet" href="/style.css">
        <script src="/page.js" defer></script>
        </head>
        <body>
        <header>\(header)</header>
        <main>\(main)</main>
        <footer>swarm \(PageText.escaped(summary.version)) · <a href="/index.json">JSON</a> ·
        <a href="/metrics">metrics</a> · <a href="/stats?mode=everything">statistics</a></footer>
        </body>
        </html>

        """
    }

    // MARK: The table

    func index(_ rows: [TorrentRow], found: Int, _ selection: Selection) -> String {
        let header = """
            <h1>BitTorrent tracker</h1>
            <ul class="facts">
            <li><b>\(summary.torrents)</b> torrents</li>
            <li><b class="seeds">\(summary.seeds)</b> seeds</li>
            <li><b class="leechers">\(summary.leechers)</b> leechers</li>
            <li><b>\(summary.announces)</b> announces</li>
            <li>up <b>\(PageText.duration(summary.uptime))</b></li>
            <li>\(PageText.escaped(summary.access))</li>
            </ul>
            """
        return document(
            "BitTorrent tracker", header: header,
            main: searchForm(selection) + (rows.isEmpty ? empty(selection) : table(rows, selection))
                + pager(found, selection))
    }

    private func searchForm(_ selection: Selection) -> String {
        """
        <form action="/" method="get" role="search">
        <input type="search" name="q" value="\(PageText.escaped(selection.search))" aria-label="Name or info-hash"
         placeholder="Name or info-hash">
        <input type="hidden" name="sort" value="\(selection.order.rawValue)">
        <input type="hidden" name="order" value="\(selection.isDescending ? "desc" : "asc")">
        <button>Search</button>
        </form>
        """
    }

    private func empty(_ selection: Selection) -> String {
        if !selection.search.isEmpty {
            return "<p class=\"empty\">No torrent is called “\(PageText.escaped(selection.search))”.</p>"
        }
        return "<p class=\"empty\">No torrents yet: they appear with their first announce, "
            + "or with a torrent file in the tracker’s folder.</p>"
    }

    private static let columns: [(TorrentRow.Order, String)] = [
        (.name, "Name"), (.size, "Size"), (.seeds, "Seeds"), (.leechers, "Leechers"), (.downloaded, "Downloaded"),
        (.transferred, "Transferred"), (.reachable, "Reachable"),
    ]

    private func table(_ rows: [TorrentRow], _ selection: Selection) -> String {
        var html = "<table><thead><tr>"
        for (order, title) in Self.columns {
            let isChosen = order == selection.order
            let sort = isChosen ? " aria-sort=\"\(selection.isDescending ? "descending" : "ascending")\"" : ""
            let link = selection.link {
                $0.isDescending = isChosen ? !selection.isDescending : order.isDescendingFirst
                $0.order = order
                $0.page = 1
            }
            html += "<th scope=\"col\"\(sort)><a href=\"\(link)\">\(title)</a></th>"
        }
        html += "</tr></thead><tbody>"
        for row in rows { html += line(row) }
        return html + "</tbody></table>"
    }

    private func line(_ row: TorrentRow) -> String {
        func cell(_ label: String, _ value: String?, _ style: String = "") -> String {
            let style = value == nil ? "blank" : style
            let attribute = style.isEmpty ? "" : " class=\"\(style)\""
            return "<td data-label=\"\(label)\"\(attribute)>\(value ?? "–")</td>"
        }
        let hash = row.infoHash.hex
        let name = row.torrent.map { PageText.escaped($0.name) } ?? "(no name known)"
        return "<tr><td><a href=\"/torrent/\(hash)\">\(name)</a><br><span class=\"hash\">\(hash)</span></td>"
            + cell("Size", row.torrent.map { PageText.bytes($0.totalLength) })
            + cell("Seeds", "\(row.counts.complete)", row.counts.complete == 0 ? "none" : "seeds")
            + cell("Leechers", "\(row.counts.incomplete)", "leechers")
            + cell("Downloaded", "\(row.counts.downloaded)")
            + cell("Transferred", row.transferred.map { PageText.bytes($0) })
            + cell("Reachable", row.counts.reachable > 0 ? "\(row.counts.reachable)" : nil) + "</tr>"
    }

    /// How many pages so many torrents fill; one at least.
    static func pages(_ found: Int) -> Int { max(1, (found + rowsOnAPage - 1) / rowsOnAPage) }

    private func pager(_ found: Int, _ selection: Selection) -> String {
        let pages = Self.pages(found)
        guard pages > 1 else { return "" }
        var html = "<nav aria-label=\"Pages\">"
        if selection.page > 1 {
            html += "<a href=\"\(selection.link { $0.page -= 1 })\" rel=\"prev\">← Previous</a>"
        }
        html += "<span>Page \(selection.page) of \(pages)</span>"
        if selection.page < pages {
            html += "<a href=\"\(selection.link { $0.page += 1 })\" rel=\"next\">Next →</a>"
        }
        return html + "</nav>"
    }

    // MARK: One torrent

    /// - Parameters:
    ///   - magnet: with the tracker in it.
    ///   - shortMagnet: the same without the name, for a code that a camera can read.
    ///   - fetches: the torrent file may be fetched.
    func torrent(
        _ row: TorrentRow, magnet: String, shortMagnet: String, samples: [SwarmHistory.Sample], fetches: Bool
    ) -> String {
        let hash = row.infoHash.hex
        var facts = """
            <dt>Seeds</dt><dd class="\(row.counts.complete == 0 ? "none" : "seeds")">\(row.counts.complete)</dd>
            <dt>Leechers</dt><dd class="leechers">\(row.counts.incomplete)</dd>
            <dt>Downloaded</dt><dd>\(row.counts.downloaded) times</dd>

            """
        if row.counts.partialSeeds > 0 { facts += "<dt>Partial seeds</dt><dd>\(row.counts.partialSeeds)</dd>" }
        if row.counts.reachable > 0 { facts += "<dt>Reachable</dt><dd>\(row.counts.reachable) peers</dd>" }
        if let torrent = row.torrent {
            let size = "\(PageText.bytes(torrent.totalLength)) (\(torrent.totalLength) bytes)"
            facts += "<dt>Size</dt><dd>\(size) in \(torrent.fileCount) file\(torrent.fileCount == 1 ? "" : "s")</dd>"
            facts += "<dt>Pieces</dt><dd>\(PageText.bytes(Int64(torrent.pieceLength))) each"
            facts += "\(torrent.isPrivate ? ", private" : "")</dd>"
            if let transferred = row.transferred {
                facts += "<dt>Transferred</dt><dd>\(PageText.bytes(transferred))</dd>"
            }
        }
        facts += "<dt>Info-hash (SHA-1)</dt><dd class=\"hash\">\(hash)</dd>"
        facts +=
            "<dt>Magnet link</dt><dd class=\"magnet\"><a href=\"\(PageText.escaped(magnet))\">\(PageText.escaped(magnet))</a></dd>"
        if fetches {
            facts += "<dt>Torrent file</dt><dd><a href=\"/file?info_hash=\(hash)\">fetch it</a></dd>"
        }
        let qr = QRCode(Array(shortMagnet.utf8)).map(\.svg) ?? ""
        return document(
            row.title,
            header: "<p><a href=\"/\">← All torrents</a></p><h1>\(PageText.escaped(row.title))</h1>",
            main: "<dl>\(facts)</dl>\(qr)<h2>The last day</h2>\(graph(samples))"
                + "<p class=\"soft\"><a href=\"/torrent/\(hash).json\">JSON</a></p>")
    }

    private func graph(_ samples: [SwarmHistory.Sample]) -> String {
        guard samples.count > 1 else {
            return "<p class=\"soft\">The graph begins with the second sample; one is taken every five minutes.</p>"
        }
        let highest = samples.reduce(1) { max($0, Int($1.seeds), Int($1.leechers)) }
        let first = SwarmHistory.length - samples.count
        func line(_ value: (SwarmHistory.Sample) -> UInt16) -> String {
            samples.enumerated().map { index, sample in
                "\(first + index),\(100 - Int(value(sample)) * 96 / highest)"
            }.joined(separator: " ")
        }
        return """
            <svg class="graph" viewBox="0 0 \(SwarmHistory.length) 102" preserveAspectRatio="none" role="img"
             aria-label="Seeds and leechers over the last 24 hours, at most \(highest)">
            <polyline class="l" points="\(line(\.leechers))"/><polyline class="s" points="\(line(\.seeds))"/></svg>
            <p class="soft"><span class="seeds">seeds</span> and <span class="leechers">leechers</span>, 24 hours ago to
            now, from 0 to \(highest)</p>
            """
    }

    func missing(_ sentence: String) -> String {
        document(
            "Not here", header: "<p><a href=\"/\">← All torrents</a></p><h1>Not here</h1>",
            main: "<p>\(PageText.escaped(sentence))</p>")
    }
}
