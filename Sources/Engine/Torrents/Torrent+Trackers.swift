package import Discovery
import NIOCore

// A torrent's trackers as its owner sees them. Any thread; returns at once.
extension Torrent {
    /// As the torrent has them, added ones at the end; known in every stage.
    package var trackerStatuses: [TrackerStatus] { trackers.statuses() }

    /// Announces to the trackers whose turn it is as soon as their minimal intervals allow, or at once.
    package func announce(ignoringMinInterval: Bool) { trackers.announce(ignoringMinInterval: ignoringMinInterval) }

    package var trackerCount: Int { trackers.count }

    /// Asks the trackers for their counts (BEP 48, BEP 15) after `delay` seconds; in every stage.
    package func scrape(afterSeconds delay: Int) { trackers.scrape(after: .seconds(Int64(max(0, delay)))) }

    package func setTracker(_ index: Int, isEnabled: Bool) { trackers.setEnabled(index, isEnabled) }

    /// - Returns: false when the address cannot be used or is there already.
    package func addTracker(_ url: String, tier: Int) -> Bool { trackers.add(url, tier: tier) }

    /// Peers to ask trackers for; -1 leaves it to them.
    package func setPeersWanted(_ count: Int32) { trackers.setPeersWanted(count) }
}
