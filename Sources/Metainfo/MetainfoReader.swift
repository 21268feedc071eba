import Bencode
import Crypto

/// Reads what stands around `info`, and takes the hashes.
struct MetainfoReader {
    private let bytes: [UInt8]
    private let root: MetainfoSection
    private var warnings: [String] = []

    init(_ bytes: [UInt8]) throws(MetainfoError) {
        self.bytes = bytes
        let (node, end) = try Self.decodeRoot(bytes)
        if end < bytes.count { warnings.append("torrent: found a line break behind it, ignoring that") }
        root = MetainfoSection(node: node, name: "")
        guard node.kind == .dictionary else {
            throw .field("torrent", offset: 0, problem: "found \(node.kind.article), wanted a dictionary")
        }
    }

    /// Editors and mail programs end files with a line break; anything else behind the torrent is refused.
    private static func decodeRoot(_ bytes: [UInt8]) throws(MetainfoError) -> (node: BencodeNode, end: Int) {
        let root: (node: BencodeNode, end: Int)
        do {
            root = try BencodeDecoder().decodePrefix(bytes)
        } catch {
            throw .bencode(error)
        }
        guard bytes[root.end...].allSatisfy({ $0 == 0x0a || $0 == 0x0d }) else {
            throw .bencode(.init(offset: root.end, reason: .trailingBytes(count: bytes.count - root.end)))
        }
        return root
    }

    func read() throws(MetainfoError) -> MetainfoFile {
        var copy = self
        return try copy.readAll()
    }

    private mutating func readAll() throws(MetainfoError) -> MetainfoFile {
        let infoNode = try root.required("info", .dictionary)
        let info = try InfoReader(infoNode).read()
        let pieceLayers = info.version == .v1 ? nil : try PieceLayers.read(root, info: info)
        noteOrder(infoNode)
        let tiers = TrackerTiers.read(root.node, warnings: &warnings)
        let nodes = readNodes()
        let webSeeds = readURLs("url-list")
        let httpSeeds = readURLs("httpseeds")
        let comment = readText("comment")
        let createdBy = readText("created by")
        let creationDate = readDate()
        warnings += info.files.unsafeNames.prefix(100).map(\.description)
        return MetainfoFile(
            bytes: bytes, info: info, infoRange: infoNode.range,
            infoHash: info.version == .v2 ? nil : sha1(infoNode.rawBytes),
            infoHashV2: info.version == .v1 ? nil : sha256(infoNode.rawBytes),
            tiers: tiers, nodes: nodes, webSeeds: webSeeds, httpSeeds: httpSeeds, comment: comment,
            createdBy: createdBy, creationDate: creationDate, pieceLayers: pieceLayers,
            warnings: warnings.map(\.printable))
    }

    private func sha1(_ info: ArraySlice<UInt8>) -> InfoHash? {
        InfoHash(bytes: Insecure.SHA1.hash(data: info).map { $0 })
    }

    private func sha256(_ info: ArraySlice<UInt8>) -> InfoHashV2? {
        InfoHashV2(bytes: SHA256.hash(data: info).map { $0 })
    }

    private mutating func noteOrder(_ info: BencodeNode) {
        for (name, node) in [("torrent", root.node), ("info", info)] where !node.hasSortedKeys {
            warnings.append("\(name): keys are not in order; the info-hash is taken over the bytes as they are")
        }
    }

    private mutating func readText(_ key: String) -> String? {
        let node = root.node[key + ".utf-8"] ?? root.node[key]
        guard let node else { return nil }
        guard let text = node.lossyText else {
            warn(key, node, "\(node.kind.article), wanted a string")
            return nil
        }
        if node.text == nil { warn(key, node, "text that is not UTF-8, showing what can be read") }
        return text
    }

    private mutating func readDate() -> Int64? {
        guard let node = root.node["creation date"] else { return nil }
        if node.integer == nil { warn("creation date", node, "\(node.kind.article), wanted an integer") }
        return node.integer
    }

    /// One string or a list of strings.
    private mutating func readURLs(_ key: String) -> [String] {
        guard let node = root.node[key] else { return [] }
        var urls: [String] = []
        for member in node.list ?? [node] {
            guard let url = TrackerTiers.url(member, key, &warnings), !urls.contains(url) else { continue }
            guard urls.count < 100 else {
                warn(key, member, "more than 100 addresses, kept the first")
                break
            }
            urls.append(url)
        }
        return urls
    }

    private mutating func readNodes() -> [MetainfoFile.Node] {
        guard let list = root.node["nodes"] else { return [] }
        var nodes: [MetainfoFile.Node] = []
        for member in (list.list ?? []).prefix(100) {
            guard let pair = member.list, pair.count == 2, let host = pair[0].text, !host.isEmpty,
                host.utf8.count <= 255,
                let port = pair[1].integer.flatMap(UInt16.init(exactly:)), port > 0
            else {
                warn("nodes", member, "no pair of host and port, left it out")
                continue
            }
            nodes.append(MetainfoFile.Node(host: host, port: port))
        }
        if list.kind != .list { warn("nodes", list, "\(list.kind.article), wanted a list") }
        return nodes
    }

    private mutating func warn(_ key: String, _ node: BencodeNode, _ found: String) {
        if warnings.count < 100 { warnings.append("\(key): at byte \(node.range.lowerBound): found \(found)") }
    }
}
