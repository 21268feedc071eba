import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Takes new TCP connections on a thread of its own, and answers those that bring one announce and then end.
///
/// Most clients open a connection for each announce and say so. For them the way over an event loop costs more than
/// the announce: a channel, and eleven system calls where four do. Everything else – a request in parts, a connection
/// that stays open, a page – goes to the event loop with the bytes that were read, at the latest after its first reply.
///
/// The thread never waits for a client: the kernel hands a connection over when its first bytes are there.
final class HTTPAcceptor: Sendable {
    /// A request with more bytes goes to the event loop.
    private static let readBytes = 4096
    /// Seconds for which the kernel keeps connections without a word to itself.
    private static let silentSeconds: Int32 = 2

    private let descriptor: Int32
    private let eventLoop: any EventLoop
    private let loop: NIOLoopBoundBox<TrackerLoop>
    private let isEnding = Atomic<Bool>(false)

    /// - Parameter descriptor: a bound socket, owned from now on.
    init(_ descriptor: Int32, eventLoop: any EventLoop, loop: NIOLoopBoundBox<TrackerLoop>) {
        self.descriptor = descriptor
        self.eventLoop = eventLoop
        self.loop = loop
    }

    /// Begins to listen; connections wait in the kernel until `run`.
    ///
    /// - Returns: an error number, or 0.
    func listen() -> Int32 {
        var seconds = Self.silentSeconds
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_DEFER_ACCEPT, &seconds, socklen_t(MemoryLayout<Int32>.size))
        return Glibc.listen(descriptor, 1024) == 0 ? 0 : errno
    }

    /// Takes connections until `stop`; blocks its thread.
    func run(bench: ReplyBench) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readBytes, alignment: 16)
        defer { buffer.deallocate() }
        while !isEnding.load(ordering: .relaxed) {
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let connection = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    accept(descriptor, $0, &length)
                }
            }
            if connection >= 0 {
                serve(connection, PeerHost(address), bench, buffer)
            } else if !recover(from: errno) {
                break
            }
        }
        close(descriptor)
    }

    /// Ends `run`, at once.
    func stop() {
        isEnding.store(true, ordering: .relaxed)
        // Wakes the thread in `accept`, which then fails.
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// - Returns: whether more connections can be expected.
    private func recover(from code: Int32) -> Bool {
        switch code {
        case EINTR, ECONNABORTED, EPERM, EPROTO: return true
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            // Nothing can be opened: let go of clients that are waiting, and look again in a moment.
            eventLoop.execute { [loop] in loop.value.connections.closeOldest() }
            usleep(20_000)
            return true
        default: return false
        }
    }

    private func serve(
        _ connection: Int32, _ sender: PeerHost?, _ bench: ReplyBench, _ buffer: UnsafeMutableRawBufferPointer
    ) {
        TrackerCounters.count(bench.counters.connections)
        let count = recv(connection, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<max(0, count)])
        guard count > 0, let sender, !bench.desk.policy.proxies.contains(sender),
            case .whole(let head) = HTTPRequestHead.parse(bytes)
        else {
            return handOver(connection, bytes, hasAnswered: false)
        }
        bench.replies.clear()
        guard HTTPResponder(bench: bench, peer: sender).answer(head) else {
            return handOver(connection, bytes, hasAnswered: false)
        }
        // A reply is smaller than what a fresh socket takes, so it goes out whole or the client is gone.
        let sent = bench.replies.buffer.withUnsafeReadableBytes {
            send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        if head.isKeptAlive, sent == bench.replies.buffer.readableBytes {
            handOver(connection, UnsafeRawBufferPointer(rebasing: bytes[head.length...]), hasAnswered: true)
        } else {
            close(connection)
        }
    }

    /// Gives a connection and what was read of it to the event loop.
    private func handOver(_ connection: Int32, _ bytes: UnsafeRawBufferPointer, hasAnswered: Bool) {
        // Connections that live longer than one exchange must not leak into programs that this process starts.
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        let read = ByteBuffer(bytes: bytes)
        eventLoop.execute { [eventLoop, loop] in
            ClientBootstrap(group: eventLoop)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2048))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = HTTPConnection(loop: loop.value, read: read, hasAnswered: hasAnswered)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .withConnectedSocket(connection)
                .whenFailure { _ in }
        }
    }
}
