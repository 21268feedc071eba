/// Takes a magnet link apart, parameter by parameter.
struct MagnetReader {
    private(set) var infoHash: InfoHash?
    private(set) var infoHashV2: InfoHashV2?
    private(set) var displayName: String?
    private(set) var trackers: [String] = []
    private(set) var webSeeds: [String] = []
    private(set) var peers: [PeerAddress] = []
    private(set) var selectedFiles: [ClosedRange<Int>] = []

    private static let scheme = "magnet:?"
    private static let maxURLBytes = 4096
    private static let maxNameBytes = 1024

    mutating func read(_ text: String) throws(MetainfoError) {
        guard text.utf8.count <= MagnetLink.maxBytes else {
            throw .magnet("found \(text.utf8.count) bytes, wanted at most \(MagnetLink.maxBytes)")
        }
        guard text.prefix(Self.scheme.count).lowercased() == Self.scheme else {
            throw .magnet("found \"\(text.prefix(16).printable)\" at its start, wanted \"magnet:?\"")
        }
        for part in text.dropFirst(Self.scheme.count).split(separator: "&") {
            guard let equals = part.firstIndex(of: "=") else { continue }
            try take(key: part[..<equals], part[part.index(after: equals)...])
        }
        guard infoHash != nil || infoHashV2 != nil else {
            throw .magnet("found no info-hash, wanted \"xt=urn:btih:\" or \"xt=urn:btmh:\"")
        }
    }

    /// Keys may be numbered: "tr.1", "tr.2".
    private mutating func take(key: Substring, _ value: Substring) throws(MetainfoError) {
        let name = key.split(separator: ".").first.map { $0.lowercased() } ?? ""
        switch name {
        case "xt":
            guard let topic = PercentCoding.decode(value) else { throw .magnet("found broken escapes in \"xt\"") }
            try takeTopic(topic)
        case "dn":
            if let text = PercentCoding.decode(value, plusIsSpace: true), text.utf8.count <= Self.maxNameBytes {
                displayName = displayName ?? text
            }
        case "tr":
            if trackers.count < MagnetLink.maxTrackers { takeURL(value, into: \.trackers) }
        case "ws":
            if webSeeds.count < MagnetLink.maxTrackers { takeURL(value, into: \.webSeeds) }
        case "so":
            takeSelection(value)
        case "x" where key.lowercased() == "x.pe":
            takePeer(value)
        default:
            break
        }
    }

    private mutating func takeTopic(_ topic: String) throws(MetainfoError) {
        let lower = topic.lowercased()
        if lower.hasPrefix("urn:btih:") {
            let digits = topic.dropFirst(9)
            let bytes =
                digits.utf8.count == 40 ? Hex.decode(digits) : digits.utf8.count == 32 ? Base32.decode(digits) : nil
            guard let hash = bytes.flatMap({ InfoHash(bytes: $0) }) else {
                throw .magnet(
                    "found \"\(digits.prefix(64).printable)\" as info-hash, wanted 40 hexadecimal or 32 base-32 digits")
            }
            guard infoHash == nil || infoHash == hash else { throw .magnet("found two v1 info-hashes, wanted one") }
            infoHash = hash
        } else if lower.hasPrefix("urn:btmh:") {
            let digits = topic.dropFirst(9)
            // A multihash: 0x12 is SHA-256, 0x20 its length.
            guard digits.hasPrefix("1220"), let hash = InfoHashV2(hex: String(digits.dropFirst(4))) else {
                throw .magnet(
                    "found \"\(digits.prefix(80).printable)\" as v2 info-hash, wanted \"1220\" and 64 hexadecimal digits"
                )
            }
            guard infoHashV2 == nil || infoHashV2 == hash else { throw .magnet("found two v2 info-hashes, wanted one") }
            infoHashV2 = hash
        }
    }

    private mutating func takeURL(_ value: Substring, into list: WritableKeyPath<MagnetReader, [String]>) {
        guard let url = PercentCoding.decode(value), !url.isEmpty, url.utf8.count <= Self.maxURLBytes,
            !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }), !self[keyPath: list].contains(url)
        else { return }
        self[keyPath: list].append(url)
    }

    private mutating func takePeer(_ value: Substring) {
        guard peers.count < MagnetLink.maxPeers, let text = PercentCoding.decode(value),
            let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), port > 0,
            let peer = PeerAddress(host: String(text[..<colon]), port: port),
            !peer.isLoopback, !peer.isMulticast, !peer.isUnspecified, !peers.contains(peer)
        else { return }
        peers.append(peer)
    }

    /// "0,2,4-6".
    private mutating func takeSelection(_ value: Substring) {
        for part in value.split(separator: ",").prefix(1000) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first >= 0, first <= last
            else { continue }
            selectedFiles.append(first...last)
        }
    }
}
