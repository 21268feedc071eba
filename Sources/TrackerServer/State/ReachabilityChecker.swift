import Metainfo
import NIOCore
import NIOPosix
import Synchronization

/// Calls new peers back, to know whether others can connect to them.
///
/// What counts is that the port answers; nothing is sent. Bounded: so many calls at a time, so many waiting; beyond
/// these a peer's reachability stays unknown, which harms nobody. Private and loopback addresses are called only for
/// senders of the same kind: the tracker must not be made to knock at doors of its own network.
final class ReachabilityChecker: Sendable {
    private struct Call: Sendable {
        let infoHash: InfoHash
        let host: PeerHost
        let port: UInt16
        var attempts: Int
    }

    private struct State {
        var waiting: [Call] = []
        var running = 0
        var isEnded = false
    }

    private static let atATime = 64
    private static let mostWaiting = 4096
    private static let patience = TimeAmount.seconds(6)

    private let table: SwarmTable
    private let group: any EventLoopGroup
    private let attempts: Int
    private let state = Mutex(State())

    /// - Parameter attempts: how often a peer is called before it counts as unreachable; at least 1.
    init(table: SwarmTable, group: any EventLoopGroup, attempts: Int) {
        self.table = table
        self.group = group
        self.attempts = max(1, attempts)
    }

    func check(_ announce: SwarmTable.Announce) {
        guard announce.port != 0 else { return }
        enqueue(Call(infoHash: announce.infoHash, host: announce.host, port: announce.port, attempts: attempts))
    }

    /// Begins no more calls.
    func stop() {
        state.withLock { state in
            state.isEnded = true
            state.waiting = []
        }
    }

    private func enqueue(_ call: Call) {
        let starts = state.withLock { state in
            guard !state.isEnded else { return false }
            guard state.running >= Self.atATime else {
                state.running += 1
                return true
            }
            if state.waiting.count < Self.mostWaiting { state.waiting.append(call) }
            return false
        }
        if starts { run(call) }
    }

    private func run(_ call: Call) {
        guard let address = try? SocketAddress(ipAddress: call.host.text, port: Int(call.port)) else { return finish() }
        ClientBootstrap(group: group)
            .connectTimeout(Self.patience)
            .connect(to: address)
            .whenComplete { [self] result in
                switch result {
                case .success(let channel):
                    channel.close(promise: nil)
                    table.setReachable(true, call.infoHash, host: call.host, port: call.port)
                case .failure:
                    var again = call
                    again.attempts -= 1
                    if again.attempts > 0 { return run(again) }
                    table.setReachable(false, call.infoHash, host: call.host, port: call.port)
                }
                finish()
            }
    }

    private func finish() {
        let next: Call? = state.withLock { state in
            guard let call = state.waiting.popLast() else {
                state.running -= 1
                return nil
            }
            return call
        }
        if let next { run(next) }
    }
}
