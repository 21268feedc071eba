import Discovery
package import Logging
package import Metainfo
package import NIOCore
import SwarmCore
import Synchronization

/// All torrents of a process together: event loops, workers, the listening port, limits and trackers.
///
/// Any thread may call; nothing here waits for a disk or a peer.
package final class TorrentEngine: Sendable {
    package let configuration: EngineConfiguration
    let parts: EngineParts
    let torrents = TorrentTable()
    let logger: Logger

    /// - Parameter tell: what happens to torrents; called on any thread, must not block.
    package init(
        configuration: EngineConfiguration, logger: Logger = Logger(label: "swarm.engine"),
        tell: @escaping @Sendable (Torrent, TorrentEvent) -> Void = { _, _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        parts = EngineParts(configuration: configuration, torrents: torrents, report: tell)
    }

    /// Listens for peers. An engine that cannot is shut down.
    package func start() async throws(EngineError) {
        do throws(EngineError) {
            try await listen(
                addresses: configuration.bindAddresses, range: configuration.portRange, isRandom: false)
        } catch {
            await shutdown()
            throw error
        }
    }

    /// The port peers reach us on; 0 before `start`.
    package var listenPort: UInt16 { parts.face.listenPort }

    /// All torrents, in no order.
    package var allTorrents: [Torrent] { torrents.all }

    /// Takes a torrent in and starts it: check what is on disk, then trade.
    ///
    /// - Returns: at once, in the phase `checking`.
    package func add(_ metainfo: MetainfoFile, options: TorrentOptions) throws(EngineError) -> Torrent {
        guard listenPort != 0 else { throw .notStarted }
        let torrent = try insert(metainfo, options: options)
        torrent.open()
        torrent.state.withLock { $0.isErrand = true }
        torrent.check(.full)
        return torrent
    }

    /// Forgets a torrent; its files stay.
    package func remove(_ torrent: Torrent, timeout: TimeAmount = .seconds(5)) async {
        torrents.remove(torrent)
        await torrent.stop(timeout: timeout)
    }

    /// Leaves all swarms, telling the trackers for at most `timeout`, and lets go of every thread and socket.
    package func shutdown(timeout: TimeAmount = .seconds(5)) async {
        await parts.face.replaceListener(nil)?.stop()
        await withTaskGroup(of: Void.self) { tasks in
            for torrent in torrents.all { tasks.addTask { await torrent.stop(timeout: timeout) } }
        }
        // The last references between torrents and what they share.
        torrents.removeAll()
        await parts.shutdown()
    }
}
