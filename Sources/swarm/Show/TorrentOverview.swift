import Glibc
import Metainfo

/// A torrent for people: one screen of facts, then trackers, files and warnings.
struct TorrentOverview {
    private let torrent: MetainfoFile
    private let exactBytes: Bool

    init(_ torrent: MetainfoFile, exactBytes: Bool) {
        self.torrent = torrent
        self.exactBytes = exactBytes
    }

    /// Everything, with a line break at the end.
    var text: String {
        var lines = [torrent.info.name.printable, ""]
        lines += facts.map { "  " + TerminalText.pad($0.0, to: 14) + $0.1.printable }
        lines += section("Trackers", tierLines)
        lines += section("Web seeds", (torrent.webSeeds + torrent.httpSeeds).map(\.printable))
        lines += section("DHT nodes", torrent.nodes.map { Self.text($0).printable })
        lines += section("Files", FileTreeText(torrent.info, size: size).lines)
        lines += section("Warnings", warningLines)
        return lines.joined(separator: "\n") + "\n"
    }

    /// Bytes and path of each file, one a line.
    var fileLines: String {
        let info = torrent.info
        let folder = info.isSingleFile ? "" : info.name.printable + "/"
        var text = ""
        for entry in info.files.entries where !entry.isPadding {
            text += "\(entry.length)\t\(folder)\(entry.relativePath.printable)\n"
        }
        return text
    }

    static func text(_ node: MetainfoFile.Node) -> String {
        node.host.contains(":") ? "[\(node.host)]:\(node.port)" : "\(node.host):\(node.port)"
    }

    private var facts: [(String, String)] {
        let info = torrent.info
        let files = info.files.contentCount
        let padding = info.totalLength - info.files.contentLength
        var facts = [
            ("Size", size(info.files.contentLength) + " in \(files) file\(files == 1 ? "" : "s")"),
            ("Pieces", "\(info.pieceCount) of \(size(Int64(info.pieceLength)))"),
        ]
        if padding > 0 { facts.append(("Padding", size(padding))) }
        if let hash = torrent.infoHash { facts.append(("Info-hash", hash.hex)) }
        if let hash = torrent.infoHashV2 { facts.append(("Info-hash v2", hash.hex)) }
        facts.append(("Private", info.isPrivate ? "yes" : "no"))
        if let source = info.source { facts.append(("Source", source)) }
        if let comment = torrent.comment { facts.append(("Comment", comment)) }
        if let createdBy = torrent.createdBy { facts.append(("Created by", createdBy)) }
        if let date = torrent.creationDate { facts.append(("Created", Self.date(date))) }
        facts.append(("Magnet", torrent.magnet.description))
        return facts
    }

    private var tierLines: [String] {
        torrent.tiers.enumerated().flatMap { number, tier in
            tier.enumerated().map { place, url in
                (place == 0 ? TerminalText.pad("\(number + 1).", to: 4) : "    ") + url.printable
            }
        }
    }

    private var warningLines: [String] {
        let hidden = torrent.info.files.unsafeNames.count - 100
        return torrent.warnings + (hidden > 0 ? ["… and \(hidden) more names made safe"] : [])
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", title] + lines.map { "  " + $0 }
    }

    private func size(_ bytes: Int64) -> String {
        exactBytes || bytes < 1024 ? "\(bytes) B" : ByteFormat.size(bytes)
    }

    /// Universal time; the number itself where no calendar reaches.
    private static func date(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        guard gmtime_r(&time, &parts) != nil, (-1900..<8100).contains(Int(parts.tm_year)) else {
            return "\(seconds) seconds after 1970"
        }
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        return "\(day) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) UTC"
    }
}
