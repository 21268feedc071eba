import AsyncHTTPClient
import Dispatch
import Metainfo
import NIOCore
import NIOHTTP1
import Synchronization

/// A torrent that was read, on its way to the control loop.
struct LoadedTorrent: Sendable {
    let metainfo: MetainfoFile
    /// The file it came from; empty for anything else.
    var file: [UInt8] = []
    /// The link that it stands for until its metadata is here, as text and as read.
    var magnet: (text: [UInt8], link: MagnetLink)?
    /// To be dialled besides those that trackers name.
    var peers: [PeerAddress] = []
}

/// Finds, reads and decodes torrents away from the control loop: folders may be large, and disks slow.
///
/// One thing after the other, in the order in which they were asked for; web addresses wait for nobody.
final class TorrentLoader: Sendable {
    /// So many are handed over at once: the loop gets a look at other things in between.
    private static let batchLength = 200
    private static let webPatience = TimeAmount.seconds(60)

    private let queue = DispatchQueue(label: "swarm.loader")
    private let memory = Mutex(FileMemory())
    private let log: @Sendable (String) -> Void

    init(log: @escaping @Sendable (String) -> Void) { self.log = log }

    /// Loads what `source` leads to.
    ///
    /// - Parameter deliver: called on any thread, several times for a long list, never with none.
    func load(_ source: LoadSource, isVerbose: Bool, deliver: @escaping @Sendable ([LoadedTorrent]) -> Void) {
        switch source {
        case .raw(let bytes):
            queue.async { [self] in decode(bytes, from: "raw data", isVerbose: isVerbose, deliver: deliver) }
        case .path(let path):
            let text = String(decoding: path, as: UTF8.self)
            if text.hasPrefix("magnet:?") {
                queue.async { [self] in readMagnet(text, deliver: deliver) }
            } else if Self.isWebAddress(text) {
                fetch(text, isVerbose: isVerbose, deliver: deliver)
            } else {
                queue.async { [self] in readFiles(path, isVerbose: isVerbose, deliver: deliver) }
            }
        }
    }

    static func isWebAddress(_ text: String) -> Bool {
        ["http://", "https://", "ftp://"].contains { text.lowercased().hasPrefix($0) }
    }

    /// Files that are remembered.
    var rememberedCount: Int { memory.withLock { $0.count } }

    func prune() {
        queue.async { [self] in memory.withLock { $0.prune() } }
    }

    // MARK: Files

    private func readFiles(_ pattern: [UInt8], isVerbose: Bool, deliver: ([LoadedTorrent]) -> Void) {
        let found = PathPattern(pattern).matches()
        var batch: [LoadedTorrent] = []
        for path in found.isEmpty ? [pattern] : found {
            guard let torrent = readFile(path, isVerbose: isVerbose) else { continue }
            batch.append(torrent)
            if batch.count == Self.batchLength {
                deliver(batch)
                batch = []
            }
        }
        if !batch.isEmpty { deliver(batch) }
    }

    private func readFile(_ path: [UInt8], isVerbose: Bool) -> LoadedTorrent? {
        guard let status = FileStatus(path) else {
            if isVerbose { log("Could not open file: \"\(String(decoding: path, as: UTF8.self))\"") }
            return nil
        }
        guard memory.withLock({ $0.isNew(path, status) }) else { return nil }
        do throws(LoadFailure) {
            let metainfo = try TorrentFileReader.read(path)
            memory.withLock { $0.noteLoaded(path, status) }
            return LoadedTorrent(metainfo: metainfo, file: path)
        } catch {
            // A file that is still being written changes and is read again; that it is broken is said once.
            if memory.withLock({ $0.noteBroken(path, status) }) { log(error.message) }
            return nil
        }
    }

    private func decode(
        _ bytes: [UInt8], from source: String, isVerbose: Bool, deliver: ([LoadedTorrent]) -> Void
    ) {
        do throws(LoadFailure) {
            deliver([LoadedTorrent(metainfo: try TorrentFileReader.decode(bytes, from: source))])
        } catch {
            if isVerbose { log(error.message) }
        }
    }

    private func readMagnet(_ text: String, deliver: ([LoadedTorrent]) -> Void) {
        do throws(MetainfoError) {
            let link = try MagnetLink(text)
            guard let metainfo = MetainfoFile.placeholder(for: link) else { return }
            deliver([LoadedTorrent(metainfo: metainfo, magnet: (Array(text.utf8), link))])
        } catch {
            log("Could not create download: \(error)")
        }
    }

    /// Makes the torrent of which `info` was fetched.
    func assemble(
        info: [UInt8], tiers: [[String]], deliver: @escaping @Sendable (Result<MetainfoFile, LoadFailure>) -> Void
    ) {
        queue.async {
            do throws(LoadFailure) {
                let bytes = MetainfoFile.wrap(info: info, tiers: tiers)
                deliver(.success(try TorrentFileReader.decode(bytes, from: "metadata from a peer")))
            } catch {
                deliver(.failure(error))
            }
        }
    }

    // MARK: The web

    private func fetch(_ address: String, isVerbose: Bool, deliver: @escaping @Sendable ([LoadedTorrent]) -> Void) {
        Task { [self] in
            do {
                let response = try await HTTPClient.shared.execute(
                    HTTPClientRequest(url: address), timeout: Self.webPatience)
                guard response.status.code == 200 else {
                    return log("Could not download \(address): \(response.status)")
                }
                let body = try await response.body.collect(upTo: Int(TorrentFileReader.longest))
                let bytes = Array(body.readableBytesView)
                queue.async { [self] in decode(bytes, from: address, isVerbose: true, deliver: deliver) }
            } catch {
                log("Could not download \(address): \(error)")
            }
        }
    }
}
