import Glibc

/// A tracker's address, checked before anything is sent there.
///
/// Foreign text: it comes from torrent files and from redirects. Only printable ASCII passes, so that no line end can
/// smuggle a header, and a tracker on this very machine is only asked for `/announce`: a torrent must not be able to
/// make us call other local services.
package struct TrackerURL: Hashable, Sendable {
    package enum Scheme: String, Sendable {
        case http, https, udp
    }

    package let scheme: Scheme
    /// Name or numeric address, without the brackets of IPv6.
    package let host: String
    package let port: Int
    /// Path and query, beginning with `/`; may be `/` alone.
    package let target: String

    package static let maximumLength = 4096

    /// - Throws: why the address cannot be used, as a sentence.
    package init(_ text: String) throws(TrackerURLError) {
        try self.init(text, localPage: "announce")
    }

    /// An address that was made from a tracker's by `HTTPTrackerCoding.scrapeURL`.
    init(scrape text: String) throws(TrackerURLError) {
        try self.init(text, localPage: "scrape")
    }

    /// - Parameter localPage: the only page that a tracker on this very machine is asked for.
    private init(_ text: String, localPage: String) throws(TrackerURLError) {
        let bytes = Self.trimmed(text)
        guard bytes.count <= Self.maximumLength else { throw .tooLong(bytes.count) }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .strangeCharacter }
        let url = String(decoding: bytes, as: UTF8.self)
        guard let schemeEnd = url.firstRange(of: "://") else { throw .noScheme }
        let schemeText = url[..<schemeEnd.lowerBound].lowercased()
        guard let scheme = Scheme(rawValue: schemeText) else { throw .unknownScheme(schemeText) }
        let rest = url[schemeEnd.upperBound...]
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let (host, port) = try Self.split(authority: rest[..<authorityEnd])
        guard let port = port ?? scheme.defaultPort else { throw .noPort }
        let target = rest[authorityEnd...].prefix { $0 != "#" }
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
        if scheme != .udp, isLoopback, !asksFor(localPage) { throw .strangeLocalPath }
    }

    /// The whole address again.
    package var text: String { "\(scheme.rawValue)://\(authority)\(target)" }

    /// Whether the host is this machine by its very spelling; names are not looked up.
    package var isLoopback: Bool {
        let name = host.hasSuffix(".") ? String(host.lowercased().dropLast()) : host.lowercased()
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        if let v4 = Self.v4(name) { return Self.isLoopback(v4: v4) }
        guard let bytes = Self.v6(name) else { return false }
        if bytes.dropLast().allSatisfy({ $0 == 0 }) { return bytes[15] <= 1 }
        let isMapped = bytes[0..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped && Self.isLoopback(v4: bytes[12...])
    }

    var isIPv6Literal: Bool { host.contains(":") }

    var isIPv4Literal: Bool { Self.v4(host) != nil }

    /// The address a redirect leads to. RFC 3986 §5, as far as servers use it.
    ///
    /// - Throws: why it must not be followed.
    package func redirected(to location: String) throws(TrackerURLError) -> TrackerURL {
        let next: TrackerURL
        let path = target.prefix { $0 != "?" }
        let firstPart = location.prefix { $0 != "/" && $0 != "?" }
        if firstPart.contains(":") {
            next = try TrackerURL(location)
        } else if location.hasPrefix("//") {
            next = try TrackerURL("\(scheme.rawValue):\(location)")
        } else if location.hasPrefix("/") {
            next = try TrackerURL("\(scheme.rawValue)://\(authority)\(location)")
        } else if location.hasPrefix("?") {
            next = try TrackerURL("\(scheme.rawValue)://\(authority)\(path)\(location)")
        } else {
            let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
            next = try TrackerURL("\(scheme.rawValue)://\(authority)\(folder)\(location)")
        }
        guard next.scheme != .udp else { throw .unknownScheme(Scheme.udp.rawValue) }
        guard isLoopback || !next.isLoopback else { throw .redirectToLocal }
        return next
    }

    private var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    private func asksFor(_ page: String) -> Bool {
        let path = target.prefix { $0 != "?" }
        return path == "/\(page)" || path == "/\(page).php" || path.hasPrefix("/\(page)/")
    }

    /// 0.0.0.0 leads to this machine as well.
    private static func isLoopback(v4: some Collection<UInt8>) -> Bool { v4.first == 127 || v4.first == 0 }

    /// The four bytes of a numeric address. The C library reads 127.1, 0x7f000001 and 2130706433 as addresses too.
    private static func v4(_ text: String) -> [UInt8]? {
        withUnsafeTemporaryAllocation(of: in_addr.self, capacity: 1) { address in
            guard let base = address.baseAddress, inet_aton(text, base) != 0 else { return nil }
            return [UInt8](UnsafeRawBufferPointer(address))
        }
    }

    /// The sixteen bytes of a numeric address.
    private static func v6(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }

    /// Torrent files in the wild carry blanks and line ends around their trackers.
    private static func trimmed(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        let isBlank: (UInt8) -> Bool = { $0 <= 0x20 }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(bytes[first...last])
    }

    private static func split(authority: Substring) throws(TrackerURLError) -> (host: String, port: Int?) {
        // What stands before `@` is a name and a password; trackers do not use them.
        let hostAndPort = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let host: Substring
        var portText: Substring?
        if hostAndPort.hasPrefix("[") {
            guard let end = hostAndPort.firstIndex(of: "]") else { throw .badHost }
            host = hostAndPort[hostAndPort.index(after: hostAndPort.startIndex)..<end]
            guard v6(String(host)) != nil else { throw .badHost }
            let rest = hostAndPort[hostAndPort.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw .badHost }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = hostAndPort.firstIndex(of: ":") {
            host = hostAndPort[..<colon]
            portText = hostAndPort[hostAndPort.index(after: colon)...]
        } else {
            host = hostAndPort
        }
        guard !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy(isHostByte) else { throw .badHost }
        guard let portText, !portText.isEmpty else { return (String(host), nil) }
        guard portText.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let port = Int(portText), (1...65535).contains(port)
        else { throw .badPort(String(portText.prefix(16))) }
        return (String(host), port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        default: false
        }
    }
}

extension TrackerURL.Scheme {
    /// UDP trackers have no usual port.
    fileprivate var defaultPort: Int? {
        switch self {
        case .http: 80
        case .https: 443
        case .udp: nil
        }
    }
}

/// Why a tracker's address is not used.
package enum TrackerURLError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLong(Int)
    case strangeCharacter
    case noScheme
    case unknownScheme(String)
    case badHost
    case badPort(String)
    case noPort
    case strangeLocalPath
    case redirectToLocal

    package var description: String {
        switch self {
        case .tooLong(let length):
            "the tracker address has \(length) characters; at most \(TrackerURL.maximumLength) are accepted"
        case .strangeCharacter: "the tracker address has blanks, control or non-ASCII characters inside"
        case .noScheme: "the tracker address has no scheme; http://, https:// or udp:// is wanted"
        case .unknownScheme(let scheme):
            "the tracker address has the scheme \"\(scheme.prefix(16))\"; http, https or udp is wanted"
        case .badHost: "the tracker address has no valid host"
        case .badPort(let port): "the tracker address has the port \"\(port)\"; 1 to 65535 is wanted"
        case .noPort: "the tracker address has no port, which udp:// needs"
        case .strangeLocalPath: "a tracker on this machine is only asked for /announce"
        case .redirectToLocal: "the tracker redirects to this machine; that is not followed"
        }
    }
}
