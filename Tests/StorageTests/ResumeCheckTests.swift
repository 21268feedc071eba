import Glibc
import Metainfo
import TestKit
import Testing

@testable import Storage

@Suite("Storage: what saved resume data is believed")
struct ResumeCheckTests {
    private let folder: TemporaryFolder
    /// Pieces of 1 KiB: a has 0...1 and shares 2 with b, b has up to 4 and shares it with c, c ends in 6.
    private let torrent: StoredTorrent
    private let store: PieceStore

    init() throws {
        folder = try TemporaryFolder("resume")
        torrent = try StoredTorrent([("a", 2500), ("b", 2000), ("empty", 0), ("c", 2600)], pieceLength: 1024)
        store = PieceStore(info: torrent.info, root: folder.path, access: .readOnly, pool: FilePool())
        try torrent.lay(in: folder)
    }

    private var saved: ResumeData {
        store.resumeData(verified: Bitfield(allSet: 7), priorities: [.normal, .normal, .normal, .normal])
    }

    private func pieces(_ bits: Bitfield) -> [Int] { (0..<bits.count).filter { bits[$0] } }

    private func setTime(_ name: String, _ seconds: Int) {
        let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, folder.path("sample/\(name)"), times, 0) == 0)
    }

    @Test("files with the same size and time are believed without a look")
    func unchanged() {
        let check = ResumeCheck(saved, store: store)

        #expect(check.believed.isAllSet)
        #expect(check.toHash.isEmptySet)
        #expect(check.changedFiles == [])
        #expect(!check.isForeign)
    }

    @Test("of a file with another time all pieces are hashed, shared ones too, and no others")
    func otherTime() {
        let resume = saved
        setTime("b", 1_000_000)

        let check = ResumeCheck(resume, store: store)

        #expect(pieces(check.toHash) == [2, 3, 4])
        #expect(pieces(check.believed) == [0, 1, 5, 6])
        #expect(check.changedFiles == [1])
    }

    @Test("a file with another size is hashed though its time is the same", arguments: [2599, 2601])
    func otherSize(length: Int) throws {
        setTime("c", 1_000_000)
        let resume = saved
        #expect(truncate(folder.path("sample/c"), off_t(length)) == 0)
        setTime("c", 1_000_000)

        let check = ResumeCheck(resume, store: store)

        #expect(pieces(check.toHash) == [4, 5, 6])
    }

    @Test("a file that is gone has no pieces and nothing of it is hashed")
    func gone() {
        let resume = saved
        unlink(folder.path("sample/b"))
        setTime("c", 1_000_000)

        let check = ResumeCheck(resume, store: store)

        #expect(pieces(check.believed) == [0, 1])
        #expect(pieces(check.toHash) == [5, 6])
        #expect(check.changedFiles == [1, 3])
    }

    @Test("a file that was not there and is there now is hashed")
    func appeared() {
        var resume = saved
        resume.files[0].modified = nil
        for piece in 0...2 { resume.verified[piece] = false }

        let check = ResumeCheck(resume, store: store)

        #expect(pieces(check.toHash) == [0, 1, 2])
        #expect(pieces(check.believed) == [3, 4, 5, 6])
    }

    @Test("uncertain pieces are hashed, numbers that are none are ignored")
    func uncertain() {
        var resume = saved
        resume.uncertain = [5, -1, 7, Int.max]

        let check = ResumeCheck(resume, store: store)

        #expect(pieces(check.toHash) == [5])
        #expect(pieces(check.believed) == [0, 1, 2, 3, 4, 6])
    }

    @Test("data of another torrent makes everything be hashed")
    func foreign() {
        var fewFiles = saved
        fewFiles.files.removeLast()
        let fewPieces = ResumeData(verified: Bitfield(allSet: 6), files: saved.files)

        for resume in [fewFiles, fewPieces] {
            let check = ResumeCheck(resume, store: store)

            #expect(check.isForeign)
            #expect(check.believed.isEmptySet && check.toHash.isAllSet)
        }
    }

    @Test("the doubtful pieces alone are read, and what is found is joined with what is known")
    func verifiesSome() throws {
        setTime("a", 1_000_000)
        let resume = saved
        try folder.write([UInt8](repeating: 0, count: 2000), to: "sample/b")
        setTime("b", 1_000_000)
        // Nobody may notice: the size and time are the same, so these are not asked for.
        try folder.write([UInt8](repeating: 0, count: 2500), to: "sample/a")
        setTime("a", 1_000_000)
        let check = ResumeCheck(resume, store: store)

        let report = TorrentVerifier(store: store).verify(only: check.toHash, known: check.believed)

        #expect(pieces(check.toHash) == [2, 3, 4])
        #expect(pieces(report.verified) == [0, 1, 5, 6])
    }

    @Test("what was not brought to the disk is not claimed")
    func claimsOnlyWhatIsThere() throws {
        let fresh = PieceStore(info: torrent.info, root: folder.path, access: .readWrite, pool: FilePool())
        try fresh.prepare()
        try fresh.write(torrent.bytes, at: 0)
        unlink(folder.path("sample/b"))
        fresh.close()

        let resume = fresh.resumeData(verified: Bitfield(allSet: 7), priorities: [])

        #expect(pieces(resume.verified) == [0, 1, 5, 6])
        #expect(resume.files.map { $0.modified == nil } == [false, true, false, false])
        #expect(resume.files.map(\.completedPieces) == [2, 0, 0, 2])
    }
}
