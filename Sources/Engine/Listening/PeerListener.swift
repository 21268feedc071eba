import Glibc
import Metainfo
import NIOCore
import NIOPosix
import PeerWire
import SwarmCore

/// Listens for peers on one port of every bound address, and hands each to the swarm it asks for.
final class PeerListener: Sendable {
    /// Where to listen.
    struct Place: Sendable {
        /// Numeric; empty is all of both families.
        var addresses: [String]
        /// `0...0` lets the system choose.
        var range: ClosedRange<UInt16>
        /// Begins somewhere in the range rather than at its start.
        var isRandom: Bool

        /// Every port once.
        var ports: some Sequence<UInt16> {
            let count = Int(range.upperBound) - Int(range.lowerBound) + 1
            let first = isRandom ? Int.random(in: 0..<count) : 0
            let lowest = Int(range.lowerBound)
            return (0..<count).lazy.map { UInt16(lowest + (first + $0) % count) }
        }
    }

    /// What callers meet.
    struct Door: Sendable {
        let loop: any EventLoop
        let torrents: TorrentTable
        let gate: AddressGate
    }

    private let channels: [any Channel]
    let addresses: [String]
    /// The port that was free.
    let port: UInt16

    private init(channels: [any Channel], addresses: [String], port: UInt16) {
        self.channels = channels
        self.addresses = addresses
        self.port = port
    }

    /// Binds the first port of a place that is free on every address.
    static func start(_ place: Place, _ door: Door) async throws(EngineError) -> PeerListener {
        let isEverywhere = place.addresses.isEmpty
        let hosts = isEverywhere ? ["0.0.0.0", "::"] : place.addresses
        var busy = hosts[0]
        for port in place.ports {
            var channels: [any Channel] = []
            var chosen = Int(port)
            var isFree = true
            for host in hosts {
                do {
                    let channel = try await bind(host, chosen, door)
                    channels.append(channel)
                    chosen = channel.localAddress?.port ?? chosen
                } catch let error as IOError where error.errnoCode == EADDRINUSE {
                    busy = host
                    isFree = false
                } catch {
                    // A machine without IPv6 is no reason not to start when nobody asked for IPv6.
                    if isEverywhere, host == "::" { continue }
                    for channel in channels { channel.close(promise: nil) }
                    throw .cannotBind(address: host, reason: Self.reason(error, port: port))
                }
                if !isFree { break }
            }
            if isFree {
                return PeerListener(channels: channels, addresses: place.addresses, port: UInt16(clamping: chosen))
            }
            for channel in channels { try? await channel.close() }
        }
        throw .portInUse(place.range, address: busy)
    }

    private static func reason(_ error: any Error, port: UInt16) -> String {
        guard let error = error as? IOError, let text = strerror(error.errnoCode) else { return "no IP address" }
        return "port \(port): \(String(cString: text))"
    }

    private static func bind(
        _ host: String, _ port: Int, _ door: Door
    ) async throws -> any Channel {
        let address = try SocketAddress(ipAddress: host, port: port)
        var bootstrap = ServerBootstrap(group: door.loop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                // Out of descriptors, the socket stays readable: without a pause the loop would try on and on.
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelInitializer { channel in
                Dialer.configure(channel).flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(
                        IncomingHandshake(torrents: door.torrents, gate: door.gate))
                }
            }
        if address.protocol == .inet6 {
            let v6Only = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
            bootstrap = bootstrap.serverChannelOption(v6Only, value: 1)
        }
        return try await bootstrap.bind(to: address).get()
    }

    /// Takes no more connections; the port is free afterwards.
    func stop() async {
        for channel in channels { try? await channel.close() }
    }
}
