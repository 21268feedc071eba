import Metainfo

/// The program behind a peer id in the words of rTorrent, which front ends show and match: `libTorrent 0.13.8.0`, `Unknown`.
enum ClientVersion {
    static func text(of peerID: PeerID) -> String {
        let bytes = peerID.bytes
        return azureus(bytes) ?? compact(bytes) ?? mainline(bytes) ?? "Unknown"
    }

    /// `-XXabcd-`: two letters, four digits that go on behind 9 with letters.
    private static func azureus(_ bytes: [UInt8]) -> String? {
        guard bytes[0] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let name = azureusNames[String(decoding: bytes[1..<3], as: UTF8.self)]
        else { return nil }
        return "\(name) \(version(bytes[3..<7]))"
    }

    /// `Xabc-`: one letter, three digits.
    private static func compact(_ bytes: [UInt8]) -> String? {
        guard bytes[4] == UInt8(ascii: "-"), let name = compactNames[bytes[0]], bytes[1..<4].allSatisfy(isSign) else {
            return nil
        }
        return "\(name) \(version(bytes[1..<4]))"
    }

    /// `M7-10-5--`: numbers parted by dashes.
    private static func mainline(_ bytes: [UInt8]) -> String? {
        guard bytes[0] == UInt8(ascii: "M") else { return nil }
        let numbers = bytes[1..<8].split(separator: UInt8(ascii: "-"))
        guard numbers.count == 3, numbers.joined().allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return "Mainline " + numbers.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
    }

    private static func version(_ signs: ArraySlice<UInt8>) -> String {
        signs.map { String(digit($0)) }.joined(separator: ".")
    }

    private static func digit(_ sign: UInt8) -> Int {
        switch sign {
        case 0x30...0x39: Int(sign) - 0x30
        case 0x41...0x5A: Int(sign) - 0x41 + 10
        case 0x61...0x7A: Int(sign) - 0x61 + 10
        default: 0
        }
    }

    private static func isSign(_ byte: UInt8) -> Bool { digit(byte) > 0 || byte == 0x30 }

    private static let compactNames: [UInt8: String] = [
        UInt8(ascii: "A"): "ABC", UInt8(ascii: "O"): "Osprey Permaseed", UInt8(ascii: "R"): "Tribler",
        UInt8(ascii: "S"): "Shadow", UInt8(ascii: "T"): "BitTornado", UInt8(ascii: "U"): "UPnP NAT Bit Torrent",
    ]

    private static let azureusNames = [
        "AG": "Ares", "AR": "Arctic Torrent", "AX": "BitPump", "AZ": "Azureus", "A2": "aria2", "BB": "BitBuddy",
        "BC": "BitComet", "BI": "BiglyBT", "BR": "BitRocket", "BS": "BTSlave", "BT": "BitTorrent", "BX": "Bittorrent X",
        "CD": "Enhanced CTorrent", "CT": "CTorrent", "DE": "Deluge", "ES": "Electric Sheep", "FL": "Flud",
        "HL": "Halite", "KT": "KTorrent", "LT": "libtorrent", "lt": "libTorrent", "MP": "MooPolice",
        "MT": "MoonlightTorrent", "PD": "Pando", "qB": "qBittorrent", "QT": "Qt 4 Torrent example", "RT": "Retriever",
        "SB": "Swiftbit", "SD": "Xunlei", "SS": "SwarmScope", "SW": "swarm", "SZ": "Shareaza", "TL": "Tribler",
        "TN": "TorrentDotNET", "TR": "Transmission", "TS": "Torrentstorm", "TT": "TuoTu", "TX": "Tixati",
        "UL": "uLeecher!", "UM": "uTorrent Mac", "UT": "uTorrent", "WW": "WebTorrent", "XL": "Xunlei",
        "XT": "XanTorrent", "ZT": "ZipTorrent",
    ]
}
