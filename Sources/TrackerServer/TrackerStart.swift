import NIOCore
import NIOPosix

/// Puts bound sockets onto event loops, each with the front end of its protocol.
struct TrackerStart {
    let group: MultiThreadedEventLoopGroup
    let desk: AnnounceDesk
    let configuration: TrackerConfiguration
    let pages: @Sendable (PageRequest) -> PageReply

    /// Opens a channel for each socket; the sockets of one address and protocol go to different loops.
    ///
    /// - Throws: `cannotBind`; the caller ends the loops and with them the channels opened so far.
    func open(_ places: [PortPlan.Place]) async throws(TrackerError) -> [any Channel] {
        var random = SystemRandomNumberGenerator()
        let connectionIDs = ConnectionIDs(random: &random)
        let loops = group.makeIterator().map { eventLoop in
            (eventLoop, trackerLoop(on: eventLoop, connectionIDs, seed: random.next()))
        }
        var channels: [any Channel] = []
        for place in places {
            for (index, descriptor) in place.stream.descriptors.enumerated() {
                let (eventLoop, loop) = loops[index % loops.count]
                let channel = try await listen(descriptor, on: eventLoop, loop, place)
                channels.append(channel)
            }
            for (index, descriptor) in place.datagram.descriptors.enumerated() {
                let (eventLoop, loop) = loops[index % loops.count]
                let channel = try await receive(descriptor, on: eventLoop, loop, place)
                channels.append(channel)
            }
        }
        return channels
    }

    private func trackerLoop(
        on eventLoop: any EventLoop, _ connectionIDs: ConnectionIDs, seed: UInt64
    ) -> NIOLoopBoundBox<TrackerLoop> {
        let loop = TrackerLoop(
            desk: desk, connectionIDs: connectionIDs, configuration: configuration, pages: pages, seed: seed)
        return NIOLoopBoundBox.makeBoxSendingValue(loop, eventLoop: eventLoop)
    }

    private func listen(
        _ descriptor: Int32, on eventLoop: any EventLoop, _ loop: NIOLoopBoundBox<TrackerLoop>, _ place: PortPlan.Place
    ) async throws(TrackerError) -> any Channel {
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2048))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HTTPConnection(loop: loop.value))
                }
            }
        do {
            return try await bootstrap.withBoundSocket(descriptor).get()
        } catch {
            throw failure(error, .stream, place.host, place.stream.port)
        }
    }

    private func receive(
        _ descriptor: Int32, on eventLoop: any EventLoop, _ loop: NIOLoopBoundBox<TrackerLoop>, _ place: PortPlan.Place
    ) async throws(TrackerError) -> any Channel {
        // A datagram with options has at most some 1,500 bytes; 64 of them are read with one call.
        let bootstrap = DatagramBootstrap(group: eventLoop)
            .channelOption(.datagramVectorReadMessageCount, value: 64)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 64 * 1536))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(UDPFrontEnd(loop: loop.value))
                }
            }
        do {
            return try await bootstrap.withBoundSocket(descriptor).get()
        } catch {
            throw failure(error, .datagram, place.host, place.datagram.port)
        }
    }

    private func failure(_ error: any Error, _ kind: SocketKind, _ host: String, _ port: UInt16) -> TrackerError {
        .cannotBind(kind, address: host, port: port, code: (error as? IOError)?.errnoCode ?? 0)
    }
}
