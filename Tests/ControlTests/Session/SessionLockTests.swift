import Foundation
import TestKit
import Testing

@testable import Control

@Suite struct SessionLockTests {
    private func text(_ session: SessionFolder) throws -> String {
        String(decoding: try session.folder.read("rtorrent.lock"), as: UTF8.self)
    }

    @Test("writes rTorrent's lock, and removes it at the end")
    func lock() throws {
        let session = try SessionFolder()

        let directory = try session.open()

        #expect(try text(session) == "\(ProcessTable.system.host):+\(getpid())\n")
        #expect(try session.names() == ["rtorrent.lock"])
        #expect(directory.path == session.path + "/")
        directory.close()
        #expect(try session.names().isEmpty)
    }

    @Test("says in rTorrent's words that the folder is not there")
    func missing() throws {
        let path = try SessionFolder().path + "/none"

        let error = #expect(throws: SessionError.self) { try SessionDirectory(path: Array(path.utf8)) { _ in } }

        #expect(error?.description == "Could not lock session directory: \"\(path)/\", No such file or directory")
    }

    @Test("refuses a folder in use, and names who uses it")
    func inUse() throws {
        let session = try SessionFolder()
        let first = try session.open()

        let error = #expect(throws: SessionError.self) { try session.open() }

        let holder = "\(ProcessTable.system.host):+\(getpid())"
        #expect(
            error?.description == "Could not lock session directory: \"\(session.path)/\", held by \"\(holder)\".")
        // The refused one has left the other's lock alone.
        #expect(try session.names() == ["rtorrent.lock"])
        first.close()
        try session.open().close()
    }

    /// Process 100 is an rtorrent, 200 something else that began at 1,000 s; 300 is us, others do not exist.
    private static let processes = ProcessTable(host: "box", own: 300) { number in
        switch number {
        case 100: .init(began: 1_000, isClient: true)
        case 200: .init(began: 1_000, isClient: false)
        case 201: .init(began: nil, isClient: false)
        case 300: .init(began: 2_000, isClient: true)
        default: nil
        }
    }

    @Test(
        "takes over a lock whose holder is gone, and no other",
        arguments: [
            ("box:+101\n", true, "no such process"), ("box:+100\n", false, "an rtorrent"),
            ("box:+200\n", true, "a process that began after the lock was written"),
            ("box:+201\n", false, "a process of which nothing is known"), ("box:+300\n", true, "our own number"),
            ("other:+101\n", false, "another host"), ("", true, "nothing, after a power cut"),
            ("nonsense", false, "nonsense"), ("box:+\n", false, "no number"),
            ("box:+-1\n", false, "no process's number"),
            ("box:+99999999999999999999\n", false, "a number that is too large"),
        ])
    func stale(content: String, isStale: Bool, what: String) throws {
        let session = try SessionFolder()
        let file = try session.folder.write(Array(content.utf8), to: "rtorrent.lock")
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 500)], ofItemAtPath: file)

        let folder = try FolderFiles(path: Array(session.path.utf8))
        let lock = try? SessionLock.take(folder, path: session.path, processes: Self.processes)

        #expect((lock != nil) == isStale, "\(what)")
        #expect(try text(session) == (isStale ? "box:+300\n" : content))
    }

    @Test("believes a process that was there before its lock")
    func older() throws {
        let session = try SessionFolder()
        let file = try session.folder.write(Array("box:+200\n".utf8), to: "rtorrent.lock")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_001)], ofItemAtPath: file)

        let folder = try FolderFiles(path: Array(session.path.utf8))

        #expect(throws: SessionError.locked(path: "here", holder: "box:+200")) {
            try SessionLock.take(folder, path: "here", processes: Self.processes)
        }
    }
}
