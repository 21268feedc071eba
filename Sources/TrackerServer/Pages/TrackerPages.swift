import Glibc
import HTTPTypes
import Hummingbird
import Logging
import Metainfo
import NIOCore
import Synchronization
import TrackerWire

/// Everything on the tracker's port that is neither announce nor scrape: a Hummingbird router, asked in the process itself.
final class TrackerPages: Sendable {
    /// Where the numbers come from.
    struct Sources: Sendable {
        let table: SwarmTable
        let access: AccessList
        let history: SwarmHistory
        let figures: @Sendable () -> TrackerFigures
        let configuration: TrackerConfiguration
        /// Announce URLs for magnets: what clients were told to use, without the host they ask for.
        let port: UInt16
    }

    private struct Rows {
        var rows: [TorrentRow] = []
        var second: UInt32 = 0
    }

    private let sources: Sources
    private let startedAt: UInt32
    private let cached = Mutex(Rows())

    init(_ sources: Sources) {
        self.sources = sources
        startedAt = sources.configuration.clock.now
    }

    /// The server behind the tracker's own HTTP.
    func server() -> PageServer {
        let responder = router().buildResponder()
        let logger = sources.configuration.logger
        return { request in
            guard request.method == "GET" || request.method == "HEAD" else {
                return PageReply(status: 405, body: Array("only GET and HEAD are answered here\n".utf8))
            }
            let head = HTTPRequest(
                method: .get, scheme: nil, authority: nil, path: request.target)
            let context = PageContext(source: PageSource(request: request, logger: logger))
            do {
                let response = try await responder.respond(
                    to: Request(head: head, body: RequestBody(buffer: ByteBuffer())), context: context)
                return try await PageReply(response)
            } catch let error as any HTTPResponseError {
                return PageReply(status: error.status.code, body: Array("\(error.status.reasonPhrase)\n".utf8))
            } catch {
                return PageReply(status: 500, body: Array("the page could not be made\n".utf8))
            }
        }
    }

    private func router() -> Router<PageContext> {
        let router = Router(context: PageContext.self)
        router.get("/") { [self] request, context in index(request, context) }
        router.get("/index.json") { [self] _, context in indexJSON(context) }
        router.get("/torrent/:name") { [self] _, context in torrent(context) }
        router.get("/file") { [self] request, context in file(request, context) }
        router.get("/metrics") { [self] _, context in
            guard isAllowed(context, sources.configuration.statistics) else { return Self.forbidden }
            return Self.text(statistics.prometheus, "text/plain; version=0.0.4; charset=utf-8")
        }
        router.get("/stats") { [self] request, context in stats(request, context) }
        router.get("/scrape") { [self] _, context in fullScrape(context) }
        router.get("/style.css") { _, _ in Self.asset(PageAssets.style, "text/css; charset=utf-8") }
        router.get("/page.js") { _, _ in Self.asset(PageAssets.script, "text/javascript; charset=utf-8") }
        return router
    }

    // MARK: Numbers

    /// All torrents with what is known of them, at most a second old.
    private var rows: [TorrentRow] {
        let now = sources.configuration.clock.now
        let known: [TorrentRow]? = cached.withLock { $0.second == now ? $0.rows : nil }
        if let known { return known }
        let names = sources.access.folderTorrents
        var rows = sources.table.allCounts.map { infoHash, counts in
            TorrentRow(infoHash: infoHash, torrent: names[infoHash], counts: counts)
        }
        // Torrents of the folder are there before their first peer.
        let seen = Set(rows.map(\.infoHash))
        for (infoHash, torrent) in names where !seen.contains(infoHash) {
            rows.append(TorrentRow(infoHash: infoHash, torrent: torrent, counts: SwarmCounts()))
        }
        let fresh = sources.configuration.showsNames ? rows : rows.map { Self.nameless($0) }
        cached.withLock { $0 = Rows(rows: fresh, second: now) }
        return fresh
    }

    private static func nameless(_ row: TorrentRow) -> TorrentRow {
        TorrentRow(infoHash: row.infoHash, torrent: nil, counts: row.counts)
    }

    private var uptime: Int { Int(sources.configuration.clock.now &- startedAt) }

    private var statistics: TrackerStatistics {
        TrackerStatistics(
            figures: sources.figures(), uptime: uptime, peers: sources.table.peerCount,
            torrents: sources.table.torrentCount, version: TrackerVersion.text, rows: { [self] in rows })
    }

    private var html: TrackerHTML {
        let rows = rows
        let figures = sources.figures()
        let access =
            if let count = sources.access.count { "\(count) listed" } else { "open to every torrent" }
        return TrackerHTML(
            summary: .init(
                version: TrackerVersion.text, uptime: uptime, torrents: rows.count,
                seeds: rows.reduce(0) { $0 + $1.counts.complete },
                leechers: rows.reduce(0) { $0 + $1.counts.incomplete },
                announces: figures.httpAnnounces + figures.udpAnnounces, access: access))
    }

    private func isAllowed(_ context: PageContext, _ audience: TrackerConfiguration.Audience) -> Bool {
        audience.contains(context.request.sender)
    }

    // MARK: Pages

    private func index(_ request: Request, _ context: PageContext) -> Response {
        if let redirect = sources.configuration.redirect {
            return Response(status: .found, headers: [.location: redirect])
        }
        guard isAllowed(context, sources.configuration.page) else { return Self.forbidden }
        var selection = Self.selection(request)
        var found = rows
        if !selection.search.isEmpty {
            let wanted = selection.search.lowercased()
            found = found.filter { $0.infoHash.hex.contains(wanted) || $0.title.lowercased().contains(wanted) }
        }
        let sorted = TorrentRow.sorted(found, by: selection.order, descending: selection.isDescending)
        // Torrents may have gone since the link was made: the last page answers for all behind it.
        selection.page = min(selection.page, TrackerHTML.pages(sorted.count))
        let start = (selection.page - 1) * TrackerHTML.rowsOnAPage
        let part = sorted[start..<min(sorted.count, start + TrackerHTML.rowsOnAPage)]
        return Self.page(html.index(Array(part), found: sorted.count, selection))
    }

    private static func selection(_ request: Request) -> TrackerHTML.Selection {
        var selection = TrackerHTML.Selection()
        let query = request.uri.queryParameters
        selection.order = query["sort"].flatMap { TorrentRow.Order(rawValue: String($0)) } ?? .seeds
        selection.isDescending = query["order"].map { $0 != "asc" } ?? selection.order.isDescendingFirst
        selection.page = min(1_000_000, max(1, query["page"].flatMap { Int($0) } ?? 1))
        selection.search = String(query["q"].map(String.init)?.prefix(200) ?? "")
        return selection
    }

    private func indexJSON(_ context: PageContext) -> Response {
        guard isAllowed(context, sources.configuration.page) else { return Self.forbidden }
        let rows = rows
        let figures = sources.figures()
        let head =
            "{\"version\":\(PageText.json(TrackerVersion.text)),\"uptime\":\(uptime),\"torrents\":\(rows.count),"
            + "\"peers\":\(sources.table.peerCount),\"announces\":\(figures.httpAnnounces + figures.udpAnnounces),"
        return Self.text(
            head + "\"list\":[" + rows.map(\.json).joined(separator: ",") + "]}\n", "application/json")
    }

    /// `/torrent/HASH` and `/torrent/HASH.json`.
    private func torrent(_ context: PageContext) -> Response {
        guard isAllowed(context, sources.configuration.page) else { return Self.forbidden }
        let name = context.parameters.get("name") ?? ""
        guard let infoHash = InfoHash(hex: String(name.prefix(40))), let row = row(infoHash) else {
            return Self.page(
                html.missing("The tracker knows no torrent of that info-hash."), status: .notFound)
        }
        let samples = sources.history.samples(of: infoHash)
        if name.hasSuffix(".json") {
            let history = samples.map { "[\($0.seeds),\($0.leechers)]" }.joined(separator: ",")
            return Self.text(
                row.json.dropLast() + ",\"magnet\":\(PageText.json(magnet(row, context)))"
                    + ",\"history_seconds\":\(SwarmHistory.seconds),\"history\":[\(history)]}\n", "application/json")
        }
        return Self.page(
            html.torrent(
                row, magnet: magnet(row, context), shortMagnet: magnet(row, context, named: false), samples: samples,
                fetches: sources.configuration.servesTorrents && row.torrent != nil))
    }

    private func row(_ infoHash: InfoHash) -> TorrentRow? {
        let torrent = sources.configuration.showsNames ? sources.access.torrent(infoHash) : nil
        if let counts = sources.table.counts(of: infoHash) {
            return TorrentRow(infoHash: infoHash, torrent: torrent, counts: counts)
        }
        guard sources.access.torrent(infoHash) != nil else { return nil }
        return TorrentRow(infoHash: infoHash, torrent: torrent, counts: SwarmCounts())
    }

    /// The tracker in it is the one that this page was asked of.
    private func magnet(_ row: TorrentRow, _ context: PageContext, named: Bool = true) -> String {
        var link = "magnet:?xt=urn:btih:\(row.infoHash.hex)"
        if named, let torrent = row.torrent { link += "&dn=\(PageText.percentEncoded(torrent.name))" }
        let host = context.request.host
        guard !host.isEmpty, host.utf8.count <= 255,
            host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") })
        else { return link }
        let scheme = context.request.isSecure ? "https" : "http"
        return link + "&tr=\(PageText.percentEncoded("\(scheme)://\(host)/announce"))"
    }

    private func file(_ request: Request, _ context: PageContext) -> Response {
        guard isAllowed(context, sources.configuration.page) else { return Self.forbidden }
        let text = request.uri.queryParameters["info_hash"].map(String.init) ?? ""
        let raw = Array(text.utf8)
        guard sources.configuration.servesTorrents,
            let infoHash = InfoHash(hex: text) ?? Self.rawHash(context.request.target) ?? InfoHash(bytes: raw[...]),
            let torrent = sources.access.torrent(infoHash), let bytes = FileBytes.read(torrent.path, limit: 64 << 20)
        else { return Self.text("there is no torrent file of that info_hash here\n", "text/plain", status: .notFound) }
        var response = Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        response.headers[.contentType] = "application/x-bittorrent"
        response.headers[.contentDisposition] = "attachment; filename=\"\(infoHash.hex).torrent\""
        return response
    }

    /// bttrack's links name the hash as twenty percent-encoded bytes.
    private static func rawHash(_ target: String) -> InfoHash? {
        guard let start = target.firstRange(of: "info_hash=")?.upperBound else { return nil }
        var bytes: [UInt8] = []
        var rest = target[start...].prefix { $0 != "&" }.utf8[...]
        while let byte = rest.popFirst(), bytes.count <= 20 {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        return bytes.count == 20 ? InfoHash(bytes: bytes[...]) : nil
    }

    private func stats(_ request: Request, _ context: PageContext) -> Response {
        guard isAllowed(context, sources.configuration.statistics) else { return Self.forbidden }
        let mode = request.uri.queryParameters["mode"].map(String.init) ?? "peer"
        guard let text = statistics.text(mode: mode) else {
            return Self.text("there is no mode of that name\n", "text/plain", status: .notFound)
        }
        return Self.text(text, mode == "everything" ? "application/xml" : "text/plain; charset=utf-8")
    }

    private func fullScrape(_ context: PageContext) -> Response {
        let configuration = sources.configuration
        guard isAllowed(context, configuration.scrape), isAllowed(context, configuration.fullScrape) else {
            var body = ByteBuffer()
            HTTPTrackerCoding.encodeFailure(
                .refused("a scrape of all torrents is not served to your address; name them with info_hash"),
                into: &body)
            return Response(status: .ok, headers: [.contentType: "text/plain"], body: ResponseBody(byteBuffer: body))
        }
        let entries = sources.table.allCounts.map { ($0.infoHash, ScrapeEntry($0.counts)) }.sorted { $0.0 < $1.0 }
        var body = ByteBuffer()
        HTTPTrackerCoding.encodeScrape(entries, into: &body)
        return Response(status: .ok, headers: [.contentType: "text/plain"], body: ResponseBody(byteBuffer: body))
    }

    // MARK: Replies

    private static var forbidden: Response {
        text("this page is not for your address\n", "text/plain; charset=utf-8", status: .forbidden)
    }

    private static func page(_ html: String, status: HTTPResponse.Status = .ok) -> Response {
        var response = text(html, "text/html; charset=utf-8", status: status)
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        return response
    }

    private static func text(
        _ text: some StringProtocol, _ type: String, status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .xContentTypeOptions: "nosniff", .cacheControl: "no-cache"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: String(text))))
    }

    private static func asset(_ text: String, _ type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "max-age=3600"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

/// What this program calls itself.
package enum TrackerVersion {
    package static let text = "0.1.0"
}
