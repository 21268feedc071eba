import NIOCore
import NIOPosix

/// Places for programs to listen at.
enum Loopback {
    /// An address that most likely nobody else on this machine uses now.
    static func anyAddress() -> String {
        "127.\(Int.random(in: 64..<128)).\(Int.random(in: 0..<256)).\(Int.random(in: 1..<255))"
    }

    /// A TCP port that was free at this address a moment ago.
    static func freePort(on host: String) async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: host, port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return port
    }
}
