import Discovery
import Logging
package import Metainfo
import NIOPosix
import Storage
import SwarmCore
import Synchronization

// What a long-lived owner needs besides `add`: torrents stage by stage, limits that change, another port.
extension TorrentEngine {
    /// Takes a torrent in, in the stage `closed`; its trackers are known, its data is not looked at. Whether we listen does not matter.
    package func insert(_ metainfo: MetainfoFile, options: TorrentOptions) throws(EngineError) -> Torrent {
        guard let infoHash = metainfo.infoHash else { throw .unsupportedVersion(name: metainfo.info.name) }
        let isSlim = options.reload != nil && metainfo.bytes.count > TorrentOptions.keptBytes
        let torrent = Torrent(
            infoHash: infoHash, metainfo: isSlim ? metainfo.withoutBytes : metainfo, options: options, engine: parts)
        guard torrents.insert(torrent) else { throw .alreadyAdded(infoHash) }
        // As rTorrent does, started or not: so that a list of thousands shows counts soon. The queues before trackers spread them.
        if parts.limits.scrapesAfterLoad { torrent.scrape(afterSeconds: Int.random(in: 30...60)) }
        return torrent
    }

    /// Forgets a torrent at once: its info-hash can be inserted again. Files stay; trackers are told in the background.
    package func forget(_ torrent: Torrent) {
        torrents.remove(torrent)
        torrent.state.withLock { $0.isForgotten = true }
        torrent.close()
    }

    package var limits: EngineLimits {
        get { parts.limits }
        set {
            let former = parts.limits
            guard former != newValue else { return }
            parts.setLimits(newValue)
            for torrent in torrents.all { torrent.applyLimits(former) }
        }
    }

    /// Summed over all torrents, as of the last second.
    package var figures: EngineFigures {
        var sum = torrents.formerTotals
        for torrent in torrents.all {
            let figures = torrent.gauges.figures
            sum.uploadRate += figures.uploadRate
            sum.downloadRate += figures.downloadRate
            sum.uploaded += figures.uploaded
            sum.downloaded += figures.downloaded
            sum.peers += figures.peers
            sum.unchokedUploads += figures.unchoked
            sum.unchokedDownloads += figures.unchokedDownloads
        }
        sum.openFiles = parts.files.count
        sum.openSockets = parts.resources.connections.open
        sum.checking = parts.checks.count
        sum.pieceMemory = parts.resources.downloadBudget.inUse
        return sum
    }

    // MARK: Throttle groups

    /// Makes or changes a group; nil leaves that direction as it is. Bytes a second, 0 is no limit.
    package func setThrottle(_ name: String, maxUploadRate: Int?, maxDownloadRate: Int?) {
        parts.throttles.set(name, maxUploadRate: maxUploadRate, maxDownloadRate: maxDownloadRate)
    }

    package func throttle(_ name: String) -> ThrottleFigures? {
        guard let limiters = parts.throttles[name] else { return nil }
        var sum = ThrottleFigures()
        sum.maxUploadRate = limiters.upload.limit
        sum.maxDownloadRate = limiters.download.limit
        for torrent in torrents.all where torrent.settings.throttle == name {
            let figures = torrent.gauges.figures
            sum.uploadRate += figures.uploadRate
            sum.downloadRate += figures.downloadRate
        }
        return sum
    }

    package var throttleNames: [String] { parts.throttles.names }

    // MARK: The network

    /// Listens elsewhere. The former port is kept when that fails.
    ///
    /// - Parameters:
    ///   - addresses: numeric; peers and trackers are called from them too. Empty is all.
    ///   - isRandom: begins somewhere in the range rather than at its start.
    package func listen(addresses: [String], range: ClosedRange<UInt16>, isRandom: Bool) async throws(EngineError) {
        let former = parts.face.listener
        if let former, former.addresses == addresses, range.contains(former.port) { return }
        let place = PeerListener.Place(addresses: addresses, range: range, isRandom: isRandom)
        let listener = try await relieve(former, place)
        if let former, former !== listener { await former.stop() }
        _ = parts.face.replaceListener(listener)
        if parts.face.local.numeric != addresses {
            parts.face.local.numeric = addresses
            parts.transport.rebind(addresses)
        }
        logger.info("listening for peers", metadata: ["port": "\(listener.port)"])
    }

    private func relieve(_ former: PeerListener?, _ place: PeerListener.Place) async throws(EngineError) -> PeerListener
    {
        let door = PeerListener.Door(loop: parts.loops[0], torrents: torrents, gate: parts.gate)
        do throws(EngineError) {
            return try await PeerListener.start(place, door)
        } catch {
            guard let former, place.range.contains(former.port) else { throw error }
            // It may be ourselves who hold the port, at other addresses.
            await former.stop()
            do throws(EngineError) {
                return try await PeerListener.start(place, door)
            } catch {
                let back = PeerListener.Place(
                    addresses: former.addresses, range: former.port...former.port, isRandom: false)
                _ = parts.face.replaceListener(try await PeerListener.start(back, door))
                throw error
            }
        }
    }

    /// What trackers are told to be our address (`network.local_address`), and our port where the bound one differs; nil: as it is.
    package func setAnnounced(address: String?, port: UInt16?) {
        parts.face.setAnnounced(address: address, port: port)
    }

    /// Who may be connected with, asked for each address that is dialled or calls; the answer must come at once.
    package func setAddressFilter(_ isAllowed: (@Sendable (PeerAddress) -> Bool)?) { parts.gate.set(isAllowed) }
}
