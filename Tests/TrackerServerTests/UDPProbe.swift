import Glibc
import Metainfo
import Testing
import TrackerServer
import TrackerWire

/// Asks a tracker over UDP.
struct UDPProbe {
    let socket: RawSocket
    private let isIPv6: Bool

    init(_ probe: TrackerProbe, _ host: String = "127.0.0.1", from local: String? = nil) throws {
        socket = try RawSocket(SOCK_DGRAM, to: host, port: try probe.port(.datagram, host), from: local)
        isIPv6 = host.contains(":")
    }

    func ask(_ packet: [UInt8]) throws -> UDPTrackerReply {
        try socket.send(packet)
        return try UDPTrackerCoding.decodeReply(try socket.receive(), isIPv6: isIPv6)
    }

    func connect() throws -> UInt64 {
        let reply = try ask(UDPTrackerCoding.connectRequest(transactionID: 77))
        guard case .connected(let connectionID) = reply.content, reply.transactionID == 77 else {
            throw TrackerFailure.malformed("\(reply)")
        }
        return connectionID
    }

    func announce(_ request: AnnounceRequest, id: UInt64) throws -> AnnounceResponse {
        let reply = try ask(UDPTrackerCoding.announceRequest(request, connectionID: id, transactionID: 5))
        switch reply.content {
        case .announced(let response) where reply.transactionID == 5: return response
        case .failed(let failure): throw failure
        default: throw TrackerFailure.malformed("\(reply)")
        }
    }

    func scrape(_ infoHashes: [InfoHash], id: UInt64) throws -> [ScrapeEntry] {
        let reply = try ask(UDPTrackerCoding.scrapeRequest(infoHashes, connectionID: id, transactionID: 6))
        switch reply.content {
        case .scraped(let entries) where reply.transactionID == 6: return entries
        case .failed(let failure): throw failure
        default: throw TrackerFailure.malformed("\(reply)")
        }
    }
}
