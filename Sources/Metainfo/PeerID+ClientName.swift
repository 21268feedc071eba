extension PeerID {
    /// Which program the peer says it is, by the habits that BEP 20 lists; printable ASCII whatever the peer sent.
    package var clientName: String {
        let bytes = self.bytes
        return Self.azureusName(bytes) ?? Self.mainlineName(bytes) ?? Self.shadowName(bytes) ?? Self.unknownName(bytes)
    }

    /// "-TR4060-…": two letters, four signs of version.
    private static func azureusName(_ bytes: [UInt8]) -> String? {
        guard bytes[0] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), isAlphanumeric(bytes[1]),
            isAlphanumeric(bytes[2]), bytes[3..<7].allSatisfy(isAlphanumeric)
        else { return nil }
        let code = text(bytes[1..<3])
        guard let name = azureusClients[code] else { return "\(code) \(version(bytes[3..<7]))" }
        if code == "TR" { return name + " " + transmissionVersion(bytes[3..<7]) }
        return "\(name) \(version(bytes[3..<7]))"
    }

    /// "M7-10-5--…": the first client and its heirs, numbers parted by dashes.
    private static func mainlineName(_ bytes: [UInt8]) -> String? {
        let names: [UInt8: String] = [UInt8(ascii: "M"): "BitTorrent", UInt8(ascii: "Q"): "Queen Bee"]
        guard let name = names[bytes[0]], bytes[1..<8].allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "-") }) else {
            return nil
        }
        let parts = bytes[1..<8].split(separator: UInt8(ascii: "-")).map { text($0) }
        return parts.count == 3 ? "\(name) \(parts.joined(separator: "."))" : nil
    }

    /// "T03I--…": one letter, up to five signs of version, dashes.
    private static func shadowName(_ bytes: [UInt8]) -> String? {
        guard let name = shadowClients[text(bytes[0..<1])] else { return nil }
        let digits = bytes[1..<6].prefix(while: isAlphanumeric)
        let rest = bytes[(1 + digits.count)..<6]
        guard digits.count >= 3, rest.allSatisfy({ $0 == UInt8(ascii: "-") }) else {
            return nil
        }
        return "\(name) \(version(digits))"
    }

    private static func unknownName(_ bytes: [UInt8]) -> String {
        if bytes.starts(with: Array("exbc".utf8)) || bytes.starts(with: Array("FUTB".utf8)) {
            return "BitComet \(bytes[4]).\(bytes[5])"
        }
        if bytes.starts(with: Array("XBT".utf8)) { return "XBT \(version(bytes[3..<6]))" }
        if bytes.starts(with: Array("OP".utf8)) { return "Opera" }
        let shown = bytes.prefix(8).map { $0 > 0x20 && $0 < 0x7f ? String(Unicode.Scalar($0)) : "?" }.joined()
        return "unknown (\(shown))"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Digits count as themselves, letters go on from ten; zeros at the end say nothing.
    private static func version(_ signs: ArraySlice<UInt8>) -> String {
        var numbers = signs.map { sign -> Int in
            if isDigit(sign) { return Int(sign) - 0x30 }
            return Int(sign | 0x20) - 0x61 + 10
        }
        while numbers.count > 2, numbers.last == 0 { numbers.removeLast() }
        return numbers.map(String.init).joined(separator: ".")
    }

    /// Transmission wrote "2940" for 2.94 before it wrote "4060" for 4.0.6.
    private static func transmissionVersion(_ signs: ArraySlice<UInt8>) -> String {
        let digits = Array(text(signs))
        if let major = digits[0].wholeNumberValue, major < 4 { return "\(digits[0]).\(digits[1])\(digits[2])" }
        return version(signs)
    }

    private static let azureusClients: [String: String] = [
        "AG": "Ares", "AZ": "Vuze", "BC": "BitComet", "BI": "BiglyBT", "BT": "BitTorrent", "BW": "BitWombat",
        "DE": "Deluge", "FD": "Free Download Manager", "FL": "Flud", "FW": "FrostWire", "HL": "Halite", "KG": "KGet",
        "KT": "KTorrent", "LT": "libtorrent", "lt": "rTorrent", "LW": "LimeWire", "MG": "MediaGet",
        "NX": "Net Transport",
        "PI": "PicoTorrent", "qB": "qBittorrent", "SD": "Thunder", "SW": "swarm", "TL": "Tribler", "TR": "Transmission",
        "TX": "Tixati", "UM": "uTorrent Mac", "UT": "uTorrent", "UW": "uTorrent Web", "WD": "WebTorrent Desktop",
        "WW": "WebTorrent", "XL": "Xunlei", "ZT": "ZipTorrent", "A2": "aria2", "RZ": "RezTorrent",
    ]

    private static let shadowClients: [String: String] = [
        "A": "ABC", "O": "Osprey", "R": "Tribler", "S": "Shadow", "T": "BitTornado", "U": "UPnP NAT",
    ]
}
