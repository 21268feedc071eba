/// Who may call `/RPC2` over HTTP. Pure: the head of a request comes in, a refusal goes out.
///
/// A browser on this machine can be made to send requests here by any page that it shows. Two things give them away: a page that had its own name
/// point at us (DNS rebinding) sends that name as `Host`, and a page of another site sends its `Origin`. Names are therefore refused unless
/// they were allowed, and so are foreign origins; addresses in numbers cannot be rebound.
package struct HTTPGuard: Sendable {
    /// What counts of a request's head.
    package struct Head: Sendable {
        package var method: String
        package var path: String
        /// `name:port`, as the client wrote it.
        package var host: String?
        package var origin: String?
        package var fetchSite: String?
        package var authorization: String?

        package init(
            method: String, path: String, host: String?, origin: String? = nil, fetchSite: String? = nil,
            authorization: String? = nil
        ) {
            self.method = method
            self.path = path
            self.host = host
            self.origin = origin
            self.fetchSite = fetchSite
            self.authorization = authorization
        }
    }

    package enum Refusal: Error, Hashable, Sendable {
        case unknownPath
        case wrongMethod
        case foreignHost(String)
        case foreignOrigin(String)
        case unauthorized

        package var status: Int {
            switch self {
            case .unknownPath: 404
            case .wrongMethod: 405
            case .foreignHost, .foreignOrigin: 403
            case .unauthorized: 401
            }
        }

        /// For the client; it names the setting that would help.
        package var text: String {
            switch self {
            case .unknownPath: "Only /RPC2 is here.\n"
            case .wrongMethod: "POST an XML-RPC or JSON-RPC call here.\n"
            case .foreignHost(let name): "The name \"\(name)\" is not allowed; see network.http_rpc.hosts.set.\n"
            case .foreignOrigin: "Calls from pages of other sites are not allowed.\n"
            case .unauthorized: "Name and password are wanted.\n"
            }
        }
    }

    /// Names besides `localhost` that clients may call us by.
    package var names: Set<String> = []
    /// `name:password`; nil asks for none. With only half of it set nobody comes in: a config that is being written must not open a door.
    package var credentials: String?

    package init() {}

    package func check(_ head: Head) throws(Refusal) {
        let host = head.host ?? ""
        guard isAllowed(host: host) else { throw .foreignHost(String(host.prefix(100))) }
        if let origin = head.origin, !isSameOrigin(origin, host) { throw .foreignOrigin(String(origin.prefix(100))) }
        if let site = head.fetchSite, site != "same-origin", site != "none" {
            throw .foreignOrigin(String(site.prefix(100)))
        }
        if let credentials {
            guard let sent = head.authorization, isRight(sent, credentials) else { throw .unauthorized }
        }
        guard head.path == "/RPC2" || head.path == "/RPC2/" else { throw .unknownPath }
        guard head.method == "POST" else { throw .wrongMethod }
    }

    private func isAllowed(host: String) -> Bool {
        let name = Self.withoutPort(host).lowercased()
        return name == "localhost" || names.contains(name) || Self.isNumeric(name)
    }

    private func isSameOrigin(_ origin: String, _ host: String) -> Bool {
        let origin = origin.lowercased()
        return origin == "http://\(host.lowercased())" || origin == "https://\(host.lowercased())"
    }

    /// Takes as long for a wrong password as for a right one of that length.
    private func isRight(_ header: String, _ credentials: String) -> Bool {
        guard !credentials.hasPrefix(":"), !credentials.hasSuffix(":"), header.lowercased().hasPrefix("basic "),
            header.utf8.count < 4_096,
            let sent = Base64.decode(Array(header.utf8.dropFirst(6)))
        else { return false }
        let wanted = Array(credentials.utf8)
        var difference = sent.count == wanted.count ? UInt8(0) : 1
        for (index, byte) in sent.enumerated() { difference |= byte ^ wanted[index % max(1, wanted.count)] }
        return difference == 0
    }

    private static func withoutPort(_ host: String) -> String {
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return host }
            return String(host[...end])
        }
        guard let colon = host.lastIndex(of: ":") else { return host }
        return String(host[..<colon])
    }

    /// An address in numbers: `127.0.0.1`, `[::1]`.
    private static func isNumeric(_ name: String) -> Bool {
        if name.hasPrefix("["), name.hasSuffix("]") {
            return name.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
