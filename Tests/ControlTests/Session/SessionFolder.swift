import Bencode
import Commands
import Foundation
import Metainfo
import Storage
import Synchronization
import TestKit

@testable import Control

/// A session folder on disk for one test, and what was told about it.
final class SessionFolder: Sendable {
    /// The folder that rtorrent 0.9.8 left; `Fixtures/README.md` says what is in it.
    static let recorded = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    let folder: TemporaryFolder
    private let reports = Mutex<[String]>([])

    /// What the folder's owner was told so far.
    var told: [String] { reports.withLock { $0 } }

    var path: String { folder.path }

    /// - Parameter names: folders among the fixtures to begin with; later ones replace files of earlier ones.
    init(copying names: String...) throws {
        folder = try TemporaryFolder("session")
        for name in names {
            let source = Self.recorded.appendingPathComponent(name)
            for file in try FileManager.default.contentsOfDirectory(atPath: source.path) {
                try folder.write(try Data(contentsOf: source.appendingPathComponent(file)), to: file)
            }
        }
    }

    func open(usesLock: Bool = true) throws -> SessionDirectory {
        try SessionDirectory(path: Array(path.utf8), usesLock: usesLock) { [self] text in
            reports.withLock { $0.append(text) }
        }
    }

    /// All torrents of the folder; it is not locked.
    func load() async throws -> [SessionEntry] { try await open(usesLock: false).loadAll() }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    /// A bencoded file of the folder.
    func value(_ name: String) throws -> BencodeValue { try BencodeDecoder().decode(folder.read(name)).value }
}

extension SessionDirectory {
    func loadAll() async -> [SessionEntry] {
        let found = Mutex<[SessionEntry]>([])
        await load { entries in found.withLock { $0 += entries } }
        return found.withLock { $0 }
    }
}

extension SessionEntry {
    /// What would be saved of it if nothing happened.
    func state(withContent: Bool = true) -> SessionState {
        var state = SessionState(infoHash: infoHash, content: nil, record: record, resume: resume)
        if withContent {
            state.content =
                switch content {
                case .torrent(let metainfo): .torrent(metainfo.bytes)
                case .magnet(let magnet): .magnet(magnet)
                }
        }
        state.trackers = trackers
        state.peers = peers
        return state
    }
}

/// One small torrent, as it may be saved.
struct SavedSample {
    let metainfo: MetainfoFile
    var state: SessionState

    init(seed: UInt64, label: String = "", progress: Int = 0) throws {
        metainfo = try MetainfoFile.decode(SampleTorrent(name: "sample-\(seed)", count: 40_000, seed: seed).metainfo)
        var record = DownloadRecord()
        record.customs[0] = Array(label.utf8)
        record.directory = Array("/srv/data".utf8)
        record.isStarted = true
        record.filePriorities = [1]
        var verified = Bitfield(count: metainfo.info.layout.pieceCount)
        for piece in 0..<progress { verified[piece] = true }
        let resume = ResumeData(verified: verified, files: [.init(modified: 1_700_000_000, completedPieces: progress)])
        state = SessionState(
            infoHash: metainfo.networkHash, content: .torrent(metainfo.bytes), record: record, resume: resume)
    }
}

extension Data {
    init(encoding value: BencodeValue) throws { self.init(BencodeEncoder.encode(value)) }
}
