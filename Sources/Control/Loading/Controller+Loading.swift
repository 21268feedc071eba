package import Commands
import Engine
import Metainfo

/// What `load.*` is to load.
package enum LoadSource: Sendable {
    /// A path with wildcards in any component, an http(s) URL, or a magnet link.
    case path([UInt8])
    /// The bytes of a torrent file.
    case raw([UInt8])
}

/// How.
package struct LoadOptions: Sendable {
    package var isStarted = false
    /// Errors are logged.
    package var isVerbose = false
    /// A file becomes tied to its download.
    package var isTied = true
    /// Texts or `((calls))` that run on the new download.
    package var commands: [Value] = []
    /// On whose behalf: the commands may do no more.
    package var caller = Caller.owner

    package init() {}
}

extension Controller {
    /// Loads in a later turn of the loop; what goes wrong is only logged.
    package func load(_ source: LoadSource, _ options: LoadOptions) {
        var source = source
        if case .path(let path) = source { source = .path(expanded(path)) }
        if global.isRehearsal { return }
        let loop = loop
        loader.load(source, isVerbose: options.isVerbose) { torrents in
            loop.later { controller in
                for torrent in torrents { controller.insert(torrent, options) }
            }
        }
    }

    /// `system.file_status_cache.prune`: forgets files that are gone.
    package func pruneFileMemory() { loader.prune() }

    // MARK: New downloads

    func insert(_ torrent: LoadedTorrent, _ options: LoadOptions) {
        var record = DownloadRecord()
        record.isStarted = options.isStarted
        record.stateChanged = now
        record.trackerKey = Int64(UInt32.random(in: 1 ... .max))
        record.loadedFile = torrent.file
        if options.isTied { record.tiedToFile = torrent.file }
        record.directory = DownloadPlace.directory(
            expanded(map.value(of: "directory.default").bytes ?? []), for: torrent.metainfo.info, isBase: false)
        let magnet = torrent.magnet.map { Magnet(text: $0.text, link: $0.link, options: options) }
        guard let download = register(torrent.metainfo, record, magnet: magnet) else {
            if options.isVerbose { host.log("Info hash already used by another torrent.") }
            return
        }
        if session.directory != nil, !download.isMeta { download.unsavedTorrent = torrent.metainfo.bytes }
        download.knownAddresses = torrent.peers
        fire("event.download.inserted", on: download)
        finishInserting(
            download, options.commands, event: "event.download.inserted_new", caller: options.caller)
    }

    /// Runs the commands that came with it, then the handlers of `event`.
    func finishInserting(_ download: Download, _ commands: [Value], event: String, caller: Caller = .owner) {
        guard !download.isGone else { return }
        let context = CommandContext(interpreter, target: .download(download), caller: caller)
        do throws(CommandFault) {
            for command in commands {
                _ = try interpreter.runObject(command, context)
                guard !download.isGone else { throw .input("The newly created download was removed.") }
            }
        } catch {
            let text = "Command on torrent creation failed: \(error.message)"
            host.log(text)
            download.isHashingFailed = true
            download.message = Array(text.utf8)
            return
        }
        fire(event, on: download)
    }

    /// Takes a torrent into the engine, the list and all views.
    ///
    /// - Returns: nil if its hash is there already, or the engine cannot take it, which is logged.
    func register(
        _ metainfo: MetainfoFile, _ record: DownloadRecord, magnet: Magnet? = nil, isSaved: Bool = false
    ) -> Download? {
        guard downloads[metainfo.networkHash] == nil else { return nil }
        let (folder, saveAs) = DownloadPlace.enginePlace(record.directory, for: metainfo.info)
        let torrent: Torrent
        do throws(EngineError) {
            var options = TorrentOptions(directory: folder, saveAs: saveAs)
            options.followsOwnLinks = true
            if isSaved, magnet == nil, let directory = session.directory {
                let infoHash = metainfo.networkHash
                options.reload = { directory.torrent(infoHash) }
            }
            torrent = try engine.insert(metainfo, options: options)
        } catch {
            host.log("Could not create download: \(error)")
            return nil
        }
        let download = Download(
            torrent: torrent, record: record, settings: startSettings(for: record),
            createdAt: metainfo.creationDate ?? 0,
            isMeta: magnet != nil, number: downloads.takeNumber())
        download.magnet = magnet
        download.loadedAt = now
        download.places = Array(repeating: ViewPlace(), count: views.count)
        downloads.append(download)
        for view in views { view.appendHidden(download) }
        for view in views { filter(view, download) }
        return download
    }
}
