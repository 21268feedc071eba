import Glibc
import NIOCore
import NIOPosix

/// The UDP sockets between trackers: one for those that are named, one for those of the same network.
final class SyncSockets: Sendable {
    private let channels: [any Channel]
    /// Where each message goes, and through which channel.
    private let targets: [(channel: any Channel, address: SocketAddress)]

    private init(channels: [any Channel], targets: [(channel: any Channel, address: SocketAddress)]) {
        self.channels = channels
        self.targets = targets
    }

    /// - Parameters:
    ///   - hosts: the addresses that the tracker listens on.
    ///   - receive: called on the event loop.
    static func open(
        _ configuration: ClusterConfiguration, hosts: [String], eventLoop: any EventLoop,
        receive: @escaping @Sendable ([UInt8], PeerHost) -> Void
    ) async throws(TrackerError) -> SyncSockets {
        var channels: [any Channel] = []
        var targets: [(channel: any Channel, address: SocketAddress)] = []
        let peers = try configuration.peers.map { text throws(TrackerError) in try address(text) }
        do throws(TrackerError) {
            for host in hosts where host.contains(".") {
                let descriptor = try multicastSocket(
                    host: host, port: configuration.port, isLocal: configuration.key == nil)
                let channel = try await adopt(descriptor, eventLoop, receive)
                channels.append(channel)
                let group = try? SocketAddress(ipAddress: ClusterConfiguration.group, port: Int(configuration.port))
                if let group { targets.append((channel, group)) }
            }
            guard !peers.isEmpty else { return SyncSockets(channels: channels, targets: targets) }
            for host in hosts {
                let set = try ListeningSocket.bind(.datagram, host: host, port: configuration.port, copies: 1)
                let channel = try await adopt(set.descriptors[0], eventLoop, receive)
                channels.append(channel)
                let family: NIOBSDSocket.ProtocolFamily = host.contains(":") ? .inet6 : .inet
                targets += peers.filter { $0.protocol == family }.map { (channel, $0) }
            }
        } catch {
            for channel in channels { try? await channel.close() }
            throw error
        }
        guard peers.allSatisfy({ peer in targets.contains { $0.address == peer } }) else {
            for channel in channels { try? await channel.close() }
            throw .badCluster("a tracker to be told is IPv6 and all our addresses are IPv4, or the other way round")
        }
        return SyncSockets(channels: channels, targets: targets)
    }

    func send(_ bytes: [UInt8]) {
        for (channel, address) in targets {
            channel.writeAndFlush(
                AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: bytes)), promise: nil)
        }
    }

    func close() async {
        for channel in channels { try? await channel.close() }
    }

    private static func adopt(
        _ descriptor: Int32, _ eventLoop: any EventLoop, _ receive: @escaping @Sendable ([UInt8], PeerHost) -> Void
    ) async throws(TrackerError) -> any Channel {
        do {
            return try await DatagramBootstrap(group: eventLoop)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2048))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(SyncReceiver(receive: receive))
                    }
                }
                .withBoundSocket(descriptor).get()
        } catch {
            throw .badCluster("the port for other trackers cannot be used: \(error)")
        }
    }

    /// A socket in the group of trackers, on the interface that has the address; other processes may share it.
    private static func multicastSocket(host: String, port: UInt16, isLocal: Bool) throws(TrackerError) -> Int32 {
        guard let group = try? SocketAddress(ipAddress: ClusterConfiguration.group, port: Int(port)) else {
            throw .badCluster("\(ClusterConfiguration.group) is no address")
        }
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .cannotBind(.datagram, address: host, port: port, code: errno) }
        var membership = ip_mreq()
        inet_pton(AF_INET, ClusterConfiguration.group, &membership.imr_multiaddr)
        inet_pton(AF_INET, host, &membership.imr_interface)
        var one: Int32 = 1
        // Without a key nothing leaves the machine.
        var hops: UInt8 = isLocal ? 0 : 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, size)
        setsockopt(descriptor, Int32(IPPROTO_IP), IP_MULTICAST_LOOP, &one, size)
        setsockopt(descriptor, Int32(IPPROTO_IP), IP_MULTICAST_TTL, &hops, 1)
        let results = [
            group.withSockAddr { Glibc.bind(descriptor, $0, socklen_t($1)) },
            setsockopt(
                descriptor, Int32(IPPROTO_IP), IP_MULTICAST_IF, &membership.imr_interface,
                socklen_t(MemoryLayout<in_addr>.size)),
            setsockopt(
                descriptor, Int32(IPPROTO_IP), IP_ADD_MEMBERSHIP, &membership,
                socklen_t(MemoryLayout<ip_mreq>.size)),
        ]
        guard results.allSatisfy({ $0 == 0 }) else {
            let code = errno
            Glibc.close(descriptor)
            throw .cannotBind(.datagram, address: host, port: port, code: code)
        }
        return descriptor
    }

    /// `host:port` or `[host]:port`.
    private static func address(_ text: String) throws(TrackerError) -> SocketAddress {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65535).contains(port)
        else { throw .badCluster("\"\(text)\": wants the other tracker as address:port, or [address]:port") }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard let address = try? SocketAddress(ipAddress: host, port: port) else {
            throw .badCluster("\"\(text)\": \"\(host)\" is no IP address")
        }
        return address
    }
}

/// Hands datagrams on.
private final class SyncReceiver: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let receive: @Sendable ([UInt8], PeerHost) -> Void

    init(receive: @escaping @Sendable ([UInt8], PeerHost) -> Void) { self.receive = receive }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let sender = PeerHost(envelope.remoteAddress) else { return }
        receive(Array(envelope.data.readableBytesView), sender)
    }

    /// An ICMP error of a tracker that is away; the socket goes on.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
