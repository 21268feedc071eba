import Bencode
import Commands
import Metainfo
import Storage
import TestKit
import Testing

@testable import Control

/// What rtorrent 0.9.8 wrote, read and written again.
@Suite struct RecordedSessionTests {
    private static let single = "67900CE146564A904E654502EB04F5444CD29A42"
    private static let folder = "F3699165E0AC4901B29131D3FB10425C87A9B57B"
    private static let partial = "EB8BE5C5DB37EAB8BF6038545B0F492B578C9364"
    private static let magnet = "00112233445566778899AABBCCDDEEFF00112233"

    private func entry(_ hash: String, _ session: SessionFolder) async throws -> SessionEntry {
        try #require(try await session.load().first { $0.infoHash.hex.uppercased() == hash })
    }

    @Test("reads every torrent of it without a problem")
    func all() async throws {
        let session = try SessionFolder(copying: "session")

        let entries = try await session.load()

        #expect(entries.count == 5)
        #expect(entries.flatMap(\.problems).isEmpty)
        #expect(session.told.isEmpty)
    }

    @Test("keeps labels, dates, totals and what the user did to trackers")
    func labels() async throws {
        let entry = try await entry(Self.single, SessionFolder(copying: "session"))

        var wanted = DownloadRecord()
        wanted.isStarted = true
        wanted.isComplete = true
        wanted.priority = 3
        wanted.custom = ["addtime": "1700000000", "x-key": "some value"]
        wanted.customs[0] = Array("label".utf8)
        wanted.directory = Array("/tmp/rtorrent-fixture/b/dl".utf8)
        wanted.loadedFile = Array("/tmp/rtorrent-fixture/single.torrent".utf8)
        wanted.tiedToFile = wanted.loadedFile
        wanted.trackerKey = 193_819_774
        wanted.stateChanged = 1_795_614_371
        wanted.stateCounter = 1
        wanted.startedAt = 1_795_614_366
        wanted.finishedAt = 1_795_614_366
        wanted.chunksDone = 4
        wanted.filePriorities = [1]
        #expect(entry.record == wanted)
        #expect(
            entry.trackers.sorted { $0.url < $1.url } == [
                SavedTracker(url: "http://127.0.0.1:9/announce", isEnabled: true),
                SavedTracker(url: "http://127.0.0.1:9/extra", isEnabled: true, extraTier: 5),
                SavedTracker(url: "http://127.0.0.1:9/second", isEnabled: false),
            ])
        #expect(
            entry.resume
                == ResumeData(
                    verified: Bitfield(allSet: 4), files: [.init(modified: 1_795_614_366, completedPieces: 4)]))
    }

    @Test("keeps priorities of files, throttle, views and single pieces")
    func priorities() async throws {
        let entry = try await entry(Self.folder, SessionFolder(copying: "session"))

        #expect(entry.record.filePriorities == [2, 0, 1, 1, 0])
        #expect(entry.record.throttleName == Array("slow".utf8))
        #expect(entry.record.views == [Array("hold".utf8)])
        #expect(entry.resume?.verified.wireBytes == [0x10])
        #expect(entry.resume?.files.map(\.modified) == [8, 5, 8, 5, 5].map { 1_795_614_360 + $0 })
        #expect(entry.resume?.files.map(\.completedPieces) == [0, 0, 0, 0, 1])
    }

    @Test("knows of pieces written last, and of peers")
    func uncertain() async throws {
        let entry = try await entry(Self.partial, SessionFolder(copying: "session"))

        #expect(entry.resume?.uncertain == [9, 10, 11, 12])
        #expect(entry.resume?.verified.setCount == 4)
        let address = try #require(PeerAddress(host: "127.0.0.2", port: 17001))
        #expect(entry.peers == [SavedPeer(address: address, failures: 0, lastSeen: 1_795_614_371)])
    }

    @Test("does not trust files that were being written", arguments: [partial, folder])
    func active(hash: String) async throws {
        let entry = try await entry(hash, SessionFolder(copying: "session", "session-active"))

        #expect(entry.resume?.files.allSatisfy { $0.modified == ResumeCoding.doubtful } == true)
    }

    @Test("reads a magnet link that waits for its torrent")
    func magnetLink() async throws {
        let entry = try await entry(Self.magnet, SessionFolder(copying: "session"))

        guard case .magnet(let magnet) = entry.content else {
            Issue.record("it is no magnet")
            return
        }
        #expect(try MagnetLink(String(decoding: magnet.link, as: UTF8.self)).displayName == "some name")
        #expect(magnet.commands == [Array("d.custom1.set=magnetlabel".utf8)])
        #expect(!magnet.isStarted && !magnet.isVerbose)
        #expect(entry.record.customs[0] == Array("magnetlabel".utf8))
        #expect(entry.resume == nil)
    }

    @Test("writes the same bytes that rtorrent wrote")
    func sameBytes() async throws {
        let session = try SessionFolder(copying: "session")
        let copy = try SessionFolder()
        let entries = try await session.load()

        let directory = try copy.open()
        for entry in entries { directory.save(entry.state()) }
        directory.close()

        #expect(try copy.names() == session.names())
        for name in try session.names() {
            var wanted = try session.value(name)
            // A time alone, without pieces, means nothing; and ours is that of the save.
            wanted["uncertain_pieces.timestamp"] = nil
            var found = try copy.value(name)
            found["uncertain_pieces.timestamp"] = nil
            #expect(found == wanted, "\(name)")
        }
    }

    @Test("keeps keys that it does not know, and touches nothing that is as it should be")
    func unknownKeys() async throws {
        let session = try SessionFolder(copying: "session")
        let name = Self.single + ".torrent.rtorrent"
        var value = try session.value(name)
        value["of_another_program"] = ["a": 1]
        try session.folder.write(BencodeEncoder.encode(value), to: name)
        var state = try await entry(Self.single, session).state()
        state.record.customs[1] = Array("new".utf8)

        let directory = try session.open()
        directory.save(state)
        directory.close()

        value["custom2"] = "new"
        #expect(try session.value(name) == value)
    }
}
