import Commands
import Discovery
import Dispatch
import Engine
import Metainfo
import Storage
import SwarmCore

// Start and end of a run: what the session folder remembers.
extension Controller {
    /// Locks the session folder that the config named; none is no error.
    func openSession() -> Result<Void, StartError> {
        guard let path = map.value(of: "session.path").bytes, !path.isEmpty else { return .success(()) }
        let logs = global.logs
        do throws(SessionError) {
            try session.open(
                expanded(path), usesLock: map.value(of: "session.use_lock") != .integer(0),
                report: { logs.log(.error, $0) })
            return .success(())
        } catch {
            return .failure(.session("\(error)"))
        }
    }

    /// A download as it was left.
    func insert(_ entry: SessionEntry) {
        for problem in entry.problems { host.log(problem) }
        let metainfo: MetainfoFile
        var magnet: Magnet?
        switch entry.content {
        case .torrent(let torrent): metainfo = torrent
        case .magnet(let saved):
            guard let link = try? MagnetLink(String(decoding: saved.link, as: UTF8.self)),
                let placeholder = MetainfoFile.placeholder(for: link)
            else { return host.log("session: a magnet link that cannot be read: \(entry.infoHash)") }
            metainfo = placeholder
            magnet = Magnet(saved, link)
        }
        var record = entry.record
        let interrupted = record.hashing
        record.hashing = .none
        if let file = session.directory?.path(of: entry.infoHash) { record.loadedFile = file }
        guard let download = register(metainfo, record, magnet: magnet, isSaved: true) else { return }
        restore(entry, download, interrupted: interrupted)
        fire("event.download.inserted", on: download)
        finishInserting(download, [], event: "event.download.inserted_session")
        // A check that was asked for and did not come to its end.
        if !download.isGone, interrupted == .requested, download.record.hashing == .none { checkHash(download) }
    }

    private func restore(_ entry: SessionEntry, _ download: Download, interrupted: HashingKind) {
        let torrent = download.torrent
        download.resume = interrupted == .none || interrupted == .initial ? entry.resume : nil
        download.needsSaving = !entry.problems.isEmpty
        if let problem = entry.problems.first { download.message = Array(problem.utf8) }
        if !download.record.filePriorities.isEmpty {
            torrent.setPriorities(download.files.indices.map { download.priority(ofFile: $0) })
        }
        download.knownAddresses = entry.peers.map(\.address)
        for saved in entry.trackers {
            if let tier = saved.extraTier { _ = torrent.addTracker(saved.url, tier: tier) }
            guard !saved.isEnabled else { continue }
            for (index, status) in torrent.trackerStatuses.enumerated() where status.url == saved.url {
                torrent.setTracker(index, isEnabled: false)
            }
        }
    }

    /// Stops what runs without a change of what the user wants of it.
    func pauseAll() {
        for download in downloads.all {
            if download.record.hashing != .none, download.torrent.stage == .checking { download.torrent.close() }
            if let search = download.search { endedSearches.append(search) }
            download.search = nil
            guard download.torrent.stage == .active else { continue }
            if download.torrent.gauges.figures.peers > 0 { download.knownAddresses = download.torrent.knownAddresses() }
            keepResumeData(download)
            download.torrent.deactivate()
        }
    }

    /// Answers of the engine that saving waits for.
    var pendingResumeData: Int { downloads.all.reduce(0) { $0 + $1.pendingResumeData } }
}

extension ControlServer {
    /// Takes in what the folder has, some hundred at a time, so that a caller gets a word in between.
    func loadSession() async {
        guard let directory = try? await link.run({ $0.controller.session.directory }) else { return }
        await directory.load { [link] entries in
            try? await link.run { core in
                for entry in entries { core.controller.insert(entry) }
            }
        }
    }

    /// Everything that was asked for is written, and the folder is free for another process.
    func closeSession() async {
        guard let directory = try? await link.run({ $0.controller.session.directory }) else { return }
        await withCheckedContinuation { continuation in directory.flush { continuation.resume() } }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                directory.close()
                continuation.resume()
            }
        }
    }
}
