import Commands
import Discovery
import Engine
import Metainfo

// The download of a magnet link: it looks for peers that pass on the info dictionary (BEP 9), and gives way to the torrent.
extension Controller {
    /// `d.resume` of a magnet.
    func resumeSearch(_ download: Download) {
        // One that is erased leaves `stopped` last, which means `started` to the views.
        guard !download.isErasing, download.search == nil, let magnet = download.magnet else { return }
        guard magnet.link.infoHash != nil else {
            download.message = Array("The magnet link names a torrent of the second version only (BEP 52).".utf8)
            return
        }
        setVisible(activeView, download)
        open(download)
        // A handler of `opened` may have done anything.
        guard !download.isGone, download.search == nil, download.isOpen else { return }
        download.record.stateChanged = now
        download.record.stateCounter += 1
        download.needsSaving = true
        beginSearch(download, magnet)
        fire("event.download.resumed", on: download)
    }

    private func beginSearch(_ download: Download, _ magnet: Magnet) {
        let torrent = download.torrent
        let (loader, loop) = (loader, loop)
        // Those that the user added or switched off are known to the torrent only.
        let usable = torrent.trackerStatuses.filter { $0.isEnabled && $0.isUsable }
        let tiers = Dictionary(grouping: usable, by: \.tier).sorted { $0.key < $1.key }.map { $0.value.map(\.url) }
        let peers = magnet.link.peers + download.knownAddresses
        download.message = tiers.isEmpty && peers.isEmpty ? Array(Self.noSources.utf8) : []
        let kept = torrent.metainfo.tiers
        download.search = engine.fetchMetadata(infoHash: torrent.infoHash, tiers: tiers, peers: peers) { info in
            loader.assemble(info: info, tiers: kept) { result in
                loop.later { $0.handleMetadata(result, of: torrent) }
            }
        }
    }

    private static let noSources = "The magnet link names neither a tracker nor a peer that could be asked."

    func endSearch(_ download: Download) {
        download.search?.stop()
        download.search = nil
    }

    /// Searches that were going on when everything was paused; the engine may end only after them.
    func takeEndedSearches() -> [MetadataSearch] {
        defer { endedSearches = [] }
        return endedSearches
    }

    // MARK: The torrent is here

    /// As rTorrent does: the magnet's download is stopped, closed and erased, and the torrent loaded by the same commands.
    private func handleMetadata(_ result: Result<MetainfoFile, LoadFailure>, of torrent: Torrent) {
        // Nobody wants it any more if the search was ended.
        guard let download = downloads[torrent.infoHash], download.torrent === torrent, download.search != nil,
            let magnet = download.magnet
        else { return }
        stop(download)
        close(download)
        guard !download.isGone else { return }
        switch result {
        case .failure(let failure):
            host.log(failure.message)
            download.message = Array(failure.message.utf8)
        case .success(let metainfo):
            var options = magnet.options
            options.isTied = false
            let peers = magnet.link.peers + download.knownAddresses
            erase(download, isReplaced: true)
            insert(LoadedTorrent(metainfo: metainfo, peers: peers), options)
        }
    }
}

extension Download {
    private static let rememberedPeers = 200

    /// Dials an address that the user names, or keeps it for the time when that makes sense.
    func addPeer(_ address: PeerAddress) {
        guard isMeta else { return torrent.addPeer(address) }
        if knownAddresses.count < Self.rememberedPeers, !knownAddresses.contains(address) {
            knownAddresses.append(address)
        }
        search?.add(peers: [address])
    }
}
