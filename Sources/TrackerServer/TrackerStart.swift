import NIOCore
import NIOPosix

/// Puts bound sockets onto event loops, each with the front end of its protocol.
struct TrackerStart {
    let group: MultiThreadedEventLoopGroup
    let desk: AnnounceDesk
    let configuration: TrackerConfiguration
    let pages: PageServer
    let parts: TrackerParts

    /// Opens all sockets; those of one address and protocol go to different loops.
    ///
    /// - Throws: `cannotBind`; the caller ends the loops and with them the channels opened so far.
    func open(_ places: [PortPlan.Place]) async throws(TrackerError) -> Running {
        var random = SystemRandomNumberGenerator()
        let connectionIDs = ConnectionIDs(random: &random)
        let loops = group.makeIterator().map { ($0, trackerLoop(on: $0, connectionIDs)) }
        var acceptors: [HTTPAcceptor] = []
        var channels: [any Channel] = []
        for place in places {
            for (index, descriptor) in place.stream.descriptors.enumerated() {
                let (eventLoop, loop) = loops[index % loops.count]
                let acceptor = HTTPAcceptor(descriptor, eventLoop: eventLoop, loop: loop)
                acceptors.append(acceptor)
                let code = acceptor.listen()
                guard code == 0 else {
                    throw .cannotBind(.stream, address: place.host, port: place.stream.port, code: code)
                }
            }
            for (index, descriptor) in place.datagram.descriptors.enumerated() {
                let (eventLoop, loop) = loops[index % loops.count]
                let channel = try await receive(descriptor, on: eventLoop, loop, place)
                channels.append(channel)
            }
        }
        var secure: [Tracker.Endpoint] = []
        if let tls = parts.tls { secure = try await tls.open(hosts: places.map(\.host), loops: loops) }
        return Running(
            group: group, acceptors: acceptors, threads: threads(for: acceptors), channels: channels, tls: parts.tls,
            secureEndpoints: secure)
    }

    /// What has to be ended.
    struct Running: Sendable {
        let group: MultiThreadedEventLoopGroup
        let acceptors: [HTTPAcceptor]
        let threads: NIOThreadPool
        let channels: [any Channel]
        let tls: TLSListener?
        let secureEndpoints: [Tracker.Endpoint]

        func shutdown() async {
            for acceptor in acceptors { acceptor.stop() }
            await tls?.close()
            try? await threads.shutdownGracefully()
            for channel in channels { try? await channel.close() }
            try? await group.shutdownGracefully()
        }
    }

    private func threads(for acceptors: [HTTPAcceptor]) -> NIOThreadPool {
        let threads = NIOThreadPool(numberOfThreads: acceptors.count)
        threads.start()
        for acceptor in acceptors {
            threads.submit { [self] _ in
                acceptor.run(bench: bench())
            }
        }
        return threads
    }

    private func bench() -> ReplyBench {
        ReplyBench(desk: desk, configuration: configuration, counters: parts.board.make(), log: parts.log)
    }

    private func trackerLoop(
        on eventLoop: any EventLoop, _ connectionIDs: ConnectionIDs
    ) -> NIOLoopBoundBox<TrackerLoop> {
        let loop = TrackerLoop(
            bench: bench(), connectionIDs: connectionIDs,
            configuration: configuration, pages: pages, pageExecutor: parts.pageExecutor)
        return NIOLoopBoundBox.makeBoxSendingValue(loop, eventLoop: eventLoop)
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
            throw .cannotBind(
                .datagram, address: place.host, port: place.datagram.port, code: (error as? IOError)?.errnoCode ?? 0)
        }
    }
}
