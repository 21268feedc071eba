package import Metainfo
import NIOCore

// Entering the swarm from any thread, and leaving it so that nothing is lost.
extension Swarm {
    /// A whole swarm that nobody has come to for so long is no longer needed.
    private static let idleTime = TimeAmount.seconds(30)
    /// Addresses that are due within this keep a swarm in being.
    private static let dueSoonSeconds: UInt32 = 60

    /// Runs `body` on the swarm's loop, in the order of the calls.
    package nonisolated func post(_ body: @escaping @Sendable (isolated Swarm) -> Void) {
        loop.execute { self.assumeIsolated { body($0) } }
    }

    /// Starts: at once when called on the swarm's own loop, else before anything that is posted later.
    package nonisolated func begin(isHalted: Bool) {
        if loop.inEventLoop {
            assumeIsolated { $0.start(isHalted: isHalted) }
        } else {
            post { $0.start(isHalted: isHalted) }
        }
    }

    /// The files are there: what is missing may be asked for.
    package func resumeDownloading() {
        guard downloading.isHalted, isRunning else { return }
        downloading.isHalted = false
        for peer in members.peers.values { mark(peer) }
        endTurn()
    }

    /// Stops, and tells what is on disk once the pieces that are being written have got there.
    ///
    /// - Parameter body: called on the loop; not at all when the swarm was started again meanwhile.
    package nonisolated func leave(_ body: @escaping @Sendable (Bitfield, [PeerAddress]) -> Void) {
        post { swarm in
            swarm.stop()
            swarm.finishLeaving(body)
        }
    }

    private func finishLeaving(_ body: @escaping @Sendable (Bitfield, [PeerAddress]) -> Void) {
        guard !isRunning else { return }
        guard downloading.senders.isEmpty else {
            // The workers' results come by themselves; there is nothing to be told about them.
            loop.scheduleTask(in: .milliseconds(10)) { self.assumeIsolated { $0.finishLeaving(body) } }
            return
        }
        body(downloading.picker.have, members.list.addresses)
    }

    /// The swarm is quiet: tells after a while if it stays so and everything wanted is there.
    func watchIdleness() {
        let isDueSoon = members.list.nextDue.map { $0 < clock + Self.dueSoonSeconds } ?? false
        guard isComplete, !isDueSoon else { return }
        idleAlarm = loop.scheduleTask(in: Self.idleTime) { [weak self] in
            self?.assumeIsolated { $0.handleIdle() }
        }
    }

    private func handleIdle() {
        guard isRunning, ticker == nil else { return }
        // Whoever is told may have a reason to keep the swarm for now.
        watchIdleness()
        tell(.idled)
    }
}
