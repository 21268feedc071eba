import Bencode

/// One row of the table: requests to a tracker over HTTP, and what the last reply has to say.
///
/// A request is the rest of an announce's query or a whole target; `port=A-B` stands for one announce from each port.
/// In a target `{h}` and `{i}` are the row's two torrents, `{e}` and `{el}` the first with every byte escaped, `{p}` a
/// peer id. Replies are compared as `ReplyText` writes them.
struct HTTPConformanceCheck: Sendable {
    /// What is known of opentracker's reply (of 2021, as Debian has it).
    enum Theirs: Sendable {
        case same
        /// Picks at random, and often the requester, which takes up a place in its own reply.
        case random
        /// A page of HTML where a bencoded `failure reason` is due.
        case page
        case differs(String, String)
    }

    let name: String
    let before: [String]
    let request: String
    let wanted: String
    let theirs: Theirs

    init(_ name: String, after before: [String], _ request: String, _ wanted: String, theirs: Theirs = .same) {
        self.name = name
        self.before = before
        self.request = request
        self.wanted = wanted
        self.theirs = theirs
    }

    /// What opentracker says; nil if that is left to chance.
    var wantedOfTheirs: String? {
        switch theirs {
        case .same: wanted
        case .random: nil
        case .page: "page 400"
        case .differs(let reply, _): reply
        }
    }

    /// The reply to the last request, in words.
    func reply(of probe: TrackerProbe, number: Int, host: String = "127.0.0.1") throws -> String {
        for request in before {
            for query in Self.unrolled(request) { _ = try probe.get(target(query, number), host) }
        }
        let (head, body) = try probe.get(target(request, number), host)
        return ReplyText.words(head: head, body: body, own: Self.port(of: request))
    }

    /// The torrents of the row with that number.
    static func torrents(_ number: Int) -> (String, String) {
        let name = "check" + String(1000 + number).dropFirst() + String(repeating: "-", count: 11)
        return (name + "a", name + "b")
    }

    private func target(_ request: String, _ number: Int) -> String {
        let (first, second) = Self.torrents(number)
        let announce = "/announce?info_hash={h}&peer_id={p}&"
        return (request.hasPrefix("/") ? request : announce + request)
            .replacing("{h}", with: first).replacing("{i}", with: second).replacing("{p}", with: TrackerProbe.peerID)
            .replacing("{e}", with: Self.escaped(first, uppercase: true))
            .replacing("{el}", with: Self.escaped(first, uppercase: false))
    }

    private static func escaped(_ text: String, uppercase: Bool) -> String {
        text.utf8.map { "%" + String($0, radix: 16, uppercase: uppercase) }.joined()
    }

    private static func unrolled(_ request: String) -> [String] {
        guard let range = request.firstMatch(of: /port=(\d+)-(\d+)/), let first = Int(range.1), let last = Int(range.2),
            first <= last
        else { return [request] }
        return (first...last).map { request.replacing(range.0, with: "port=\($0)") }
    }

    private static func port(of request: String) -> Int? { request.firstMatch(of: /port=(\d+)/).flatMap { Int($0.1) } }
}

/// Replies in a few words.
///
/// An announce: complete, downloaded and incomplete, then the ports of the peers, or how many from three on, without
/// the requester's own (opentracker hands a peer to itself; we do not).
enum ReplyText {
    static func words(head: String, body: [UInt8], own: Int?) -> String {
        guard let reply = try? BencodeDecoder().decode(body), reply.kind == .dictionary else {
            return "page \(head.split(separator: " ").dropFirst().first ?? "without a head")"
        }
        if reply["failure reason"] != nil { return "refused" }
        if let files = reply["files"]?.dictionary {
            return files.isEmpty
                ? "no files" : files.map { "\(scraped($0.key)):\(counts($0.value))" }.joined(separator: " ")
        }
        return "\(counts(reply)) \(peers(reply, own: own))"
    }

    /// The letter that ends the names of a row's torrents.
    private static func scraped(_ infoHash: BencodeNode) -> String { String(infoHash.text?.last ?? "?") }

    private static func counts(_ node: BencodeNode) -> String {
        ["complete", "downloaded", "incomplete"].map { name in
            node[name]?.integer.map(String.init) ?? "-"
        }.joined(separator: "/")
    }

    private static func peers(_ reply: BencodeNode, own: Int?) -> String {
        if let list = reply["peers"]?.list {
            let form = list.contains { $0["peer id"] != nil } ? "dict+id" : "dict"
            return form + " " + ports(list.compactMap { $0["port"]?.integer.map(Int.init) }, own: own)
        }
        return ports(
            compact(reply["peers"]?.bytes ?? [], each: 6) + compact(reply["peers6"]?.bytes ?? [], each: 18),
            own: own)
    }

    /// The ports of peers in compact form.
    static func compact(_ bytes: [UInt8], each length: Int) -> [Int] {
        stride(from: length, through: bytes.count, by: length).map { Int(bytes[$0 - 2]) << 8 | Int(bytes[$0 - 1]) }
    }

    static func ports(_ ports: [Int], own: Int?) -> String {
        let others = ports.filter { $0 != own }.sorted()
        return others.count > 2 ? "\(others.count) peers" : "[\(others.map(String.init).joined(separator: " "))]"
    }
}
