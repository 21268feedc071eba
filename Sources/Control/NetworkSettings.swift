package import Commands
import Glibc

/// Where we listen, where we dial from, and what trackers are told: `network.bind_address`, `port_range` and their like.
package struct NetworkSettings: Sendable, Equatable {
    /// Numeric; empty is every address. `network.bind_address`
    package var bindAddress = ""
    package var bindAddress4 = ""
    package var bindAddress6 = ""
    /// As written: rTorrent looks at it when it listens. `network.port_range`
    package var portRange = "6881-6999"
    package var isPortRandom = false
    /// Whether to listen at all. `network.port_open`
    package var isPortOpen = true
    /// What trackers are told to be our address; empty: what they see. `network.local_address`
    package var announcedAddress = ""
    /// 0: the port that we listen on. `network.local_port`
    package var announcedPort: UInt16 = 0
    package var blocksIPv4 = false
    package var blocksIPv6 = false

    package init() {}

    /// The addresses to bind to; none: every address.
    package var bindAddresses: [String] {
        let chosen = [bindAddress, bindAddress4, bindAddress6].filter { !$0.isEmpty }
        if !chosen.isEmpty { return chosen }
        switch (blocksIPv4, blocksIPv6) {
        case (true, false): return ["::"]
        case (false, true): return ["0.0.0.0"]
        default: return []
        }
    }

    /// Whether the other settings listen or dial somewhere else, or not at all.
    func listens(unlike other: NetworkSettings) -> Bool {
        bindAddresses != other.bindAddresses || portRange != other.portRange || isPortRandom != other.isPortRandom
            || isPortOpen != other.isPortOpen
    }

    /// The ports to try. - Throws: with the text for the person who wrote it.
    package func ports() throws(CommandFault) -> ClosedRange<UInt16> { try Self.ports(in: portRange) }

    static func ports(in portRange: String) throws(CommandFault) -> ClosedRange<UInt16> {
        let parts = portRange.split(separator: "-", omittingEmptySubsequences: false).map {
            UInt16($0.filter { $0 != " " })
        }
        guard (1...2).contains(parts.count), let first = parts[0], let last = parts[parts.count - 1], first <= last
        else {
            throw .input(
                "Invalid port_range argument.",
                explanation: "\"\(portRange)\" is no range of ports; wanted is first-last, such as 6890-6999",
                subject: Array(portRange.utf8))
        }
        return first...last
    }

    /// A host name or address as a numeric address.
    ///
    /// - Parameter purpose: what it is for, as rTorrent's fault names it: `bind address`.
    package static func resolve(_ name: String, for purpose: String) throws(CommandFault) -> String {
        if name.isEmpty { return "" }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(name, nil, &hints, &found)
        guard failure == 0, let address = found else {
            let reason = String(cString: gai_strerror(failure))
            throw .input(
                "Could not set \(purpose): \(reason).", explanation: "\"\(name)\" is no \(purpose): \(reason)",
                subject: Array(name.utf8))
        }
        defer { freeaddrinfo(found) }
        var text = [CChar](repeating: 0, count: 128)
        getnameinfo(
            address.pointee.ai_addr, address.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
