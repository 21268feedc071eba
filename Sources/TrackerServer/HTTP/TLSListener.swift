import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// HTTPS on a port of its own, with a certificate that may be replaced while it runs.
final class TLSListener: Sendable {
    private let files: TrackerConfiguration.TLSFiles
    private let context: Mutex<NIOSSLContext>
    private let channels = Mutex<[any Channel]>([])

    /// Reads certificate and key. - Throws: `badCertificate`.
    init(_ files: TrackerConfiguration.TLSFiles) throws(TrackerError) {
        self.files = files
        context = Mutex(try Self.read(files))
    }

    private static func read(_ files: TrackerConfiguration.TLSFiles) throws(TrackerError) -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
            guard !chain.isEmpty else { throw TrackerError.badCertificate(path: files.certificate, reason: "is empty") }
            let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch let error as TrackerError {
            throw error
        } catch {
            throw .badCertificate(path: "\(files.certificate), \(files.key)", reason: "\(error)")
        }
    }

    /// Reads the files again; connections that are open keep the former certificate.
    func reload() throws(TrackerError) {
        let fresh = try Self.read(files)
        context.withLock { $0 = fresh }
    }

    /// Listens on every host, each connection on one of the loops.
    ///
    /// - Returns: the port that was bound.
    func open(
        hosts: [String], loops: [(any EventLoop, NIOLoopBoundBox<TrackerLoop>)]
    ) async throws(TrackerError) -> [Tracker.Endpoint] {
        var endpoints: [Tracker.Endpoint] = []
        var port = files.port
        for host in hosts {
            let sockets = try ListeningSocket.bind(.stream, host: host, port: port, copies: loops.count)
            port = sockets.port
            endpoints.append(.init(kind: .stream, host: host, port: port, isSecure: true))
            for (descriptor, (eventLoop, loop)) in zip(sockets.descriptors, loops) {
                let bootstrap = ServerBootstrap(group: eventLoop)
                    .serverChannelOption(.backlog, value: 1024)
                    .childChannelInitializer { [weak self] channel in
                        channel.eventLoop.makeCompletedFuture {
                            guard let context = self?.context.withLock({ $0 }) else {
                                throw ChannelError.ioOnClosedChannel
                            }
                            let pipeline = channel.pipeline.syncOperations
                            try pipeline.addHandler(NIOSSLServerHandler(context: context))
                            try pipeline.addHandler(
                                HTTPConnection(loop: loop.value, read: ByteBuffer(), hasAnswered: false, isSecure: true)
                            )
                        }
                    }
                do {
                    let channel = try await bootstrap.withBoundSocket(descriptor).get()
                    channels.withLock { $0.append(channel) }
                } catch {
                    throw .cannotBind(
                        .stream, address: host, port: port, code: (error as? IOError)?.errnoCode ?? 0)
                }
            }
        }
        return endpoints
    }

    func close() async {
        for channel in channels.withLock({ $0 }) { try? await channel.close() }
    }
}
