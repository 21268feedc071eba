package import Metainfo
package import NIOCore
import Synchronization
package import TrackerWire

/// Reaches trackers from the addresses that we are bound to at the time: when these change, a new transport takes over and the former
/// one ends once its requests have.
package final class TransportSwitch: AnnounceTransport {
    private struct State {
        var current: TrackerTransport
        var former: [TrackerTransport] = []
    }

    /// What is on its way by the former transport may still be answered.
    private static let grace = TimeAmount.seconds(60)

    private let group: any EventLoopGroup
    private let userAgent: String
    private let state: Mutex<State>

    /// - Parameter bindAddresses: as for `TrackerTransport`.
    package init(group: any EventLoopGroup, bindAddresses: [String], userAgent: String) {
        self.group = group
        self.userAgent = userAgent
        state = Mutex(
            State(current: TrackerTransport(group: group, bindAddresses: bindAddresses, userAgent: userAgent)))
    }

    private var current: TrackerTransport { state.withLock { $0.current } }

    package func announce(_ call: AnnounceCall, on eventLoop: any EventLoop) -> EventLoopFuture<AnnounceResponse> {
        current.announce(call, on: eventLoop)
    }

    package func scrape(
        _ infoHash: InfoHash, at url: TrackerURL, on eventLoop: any EventLoop
    ) -> EventLoopFuture<ScrapeEntry?> {
        current.scrape(infoHash, at: url, on: eventLoop)
    }

    /// From now on trackers are asked from these addresses.
    package func rebind(_ bindAddresses: [String]) {
        let transport = TrackerTransport(group: group, bindAddresses: bindAddresses, userAgent: userAgent)
        let former = state.withLock { state in
            state.former.append(state.current)
            defer { state.current = transport }
            return state.current
        }
        group.next().scheduleTask(in: Self.grace) { [self] in
            state.withLock { $0.former.removeAll { $0 === former } }
            Task { await former.shutdown() }
        }
    }

    /// Closes everything; announces on their way fail.
    package func shutdown() async {
        let all = state.withLock { state in
            defer { state.former = [] }
            return [state.current] + state.former
        }
        for transport in all { await transport.shutdown() }
    }
}
