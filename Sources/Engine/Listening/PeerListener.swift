import Glibc
import Metainfo
import NIOCore
import NIOPosix
import PeerWire
import SwarmCore

/// Listens for peers on one port of every bound address, and hands each to the swarm it asks for.
final class PeerListener: Sendable {
    private let channels: [any Channel]
    /// The port that was free.
    let port: UInt16

    private init(channels: [any Channel], port: UInt16) {
        self.channels = channels
        self.port = port
    }

    /// Binds the first port of `range` that is free on every address.
    static func start(
        addresses: [String], range: ClosedRange<UInt16>, on group: any EventLoopGroup, torrents: TorrentTable
    ) async throws(EngineError) -> PeerListener {
        let isEverywhere = addresses.isEmpty
        let hosts = isEverywhere ? ["0.0.0.0", "::"] : addresses
        var busy = hosts[0]
        for port in range {
            var channels: [any Channel] = []
            var chosen = Int(port)
            var isFree = true
            for host in hosts {
                do {
                    let channel = try await bind(host, chosen, group, torrents)
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
            if isFree { return PeerListener(channels: channels, port: UInt16(clamping: chosen)) }
            for channel in channels { try? await channel.close() }
        }
        throw .portInUse(range, address: busy)
    }

    private static func reason(_ error: any Error, port: UInt16) -> String {
        guard let error = error as? IOError, let text = strerror(error.errnoCode) else { return "no IP address" }
        return "port \(port): \(String(cString: text))"
    }

    private static func bind(
        _ host: String, _ port: Int, _ group: any EventLoopGroup, _ torrents: TorrentTable
    ) async throws -> any Channel {
        let address = try SocketAddress(ipAddress: host, port: port)
        var bootstrap = ServerBootstrap(group: group)
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
                    try channel.pipeline.syncOperations.addHandler(IncomingHandshake(torrents: torrents))
                }
            }
        if address.protocol == .inet6 {
            let v6Only = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
            bootstrap = bootstrap.serverChannelOption(v6Only, value: 1)
        }
        return try await bootstrap.bind(to: address).get()
    }

    /// Takes no more connections.
    func stop() {
        for channel in channels { channel.close(promise: nil) }
    }
}
