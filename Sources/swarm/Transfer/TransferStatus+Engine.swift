import Discovery
import Engine
import NIOCore
import SwarmCore

extension TransferStatus {
    /// Takes over what the engine knows; what only the command knows stays.
    mutating func update(_ torrent: TorrentStatus) {
        switch torrent.phase {
        case .checking(let done, let total): phase = .checking(done: done, total: total)
        case .downloading: phase = .downloading
        case .seeding: phase = .seeding
        case .stopped: phase = .stopping
        case .failed(let reason): phase = .failed(reason)
        }
        let figures = torrent.figures
        verified = figures.verified
        downloaded = figures.downloaded
        uploaded = figures.uploaded
        downloadRate = figures.downloadRate
        uploadRate = figures.uploadRate
        peers = figures.peers
        seeds = figures.seeds
        dialing = figures.dialing
        served = figures.unchoked
        distributedCopies = figures.distributedCopies
        peersCompletion = figures.averageCompletion
        secondsLeft = torrent.secondsLeft
        tracker = Tracker.mostTelling(torrent.trackers)
    }
}

extension TransferStatus.Tracker {
    /// Of several trackers one that works, else one that has said something, else the first.
    static func mostTelling(_ trackers: [TrackerStatus], now: NIODeadline = .now()) -> Self? {
        let chosen =
            trackers.first(where: \.isWorking) ?? trackers.first { $0.lastError != nil } ?? trackers.first
        guard let chosen else { return nil }
        var tracker = Self(url: chosen.url)
        tracker.problem = chosen.lastError ?? chosen.warning
        tracker.isAnnouncing = chosen.isAnnouncing
        tracker.seeds = chosen.seeds
        tracker.leechers = chosen.leechers
        tracker.secondsToNextAnnounce = chosen.secondsToNextAnnounce(now: now).map { Int($0) }
        tracker.working = trackers.count(where: \.isWorking)
        tracker.count = trackers.count
        return tracker
    }
}
