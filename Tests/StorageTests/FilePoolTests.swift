import Glibc
import TestKit
import Testing

@testable import Storage

struct FilePoolTests {
    private func open() throws(StorageError) -> OpenFile {
        OpenFile(descriptor: Glibc.open("/dev/null", O_RDWR | O_CLOEXEC))
    }

    private func isOpen(_ descriptor: Int32) -> Bool {
        fcntl(descriptor, F_GETFD) >= 0
    }

    @Test("opens a file once and closes the least recently used one when full")
    func leastRecentlyUsed() throws {
        let pool = FilePool(capacity: 2)
        let keys = (0..<3).map { FilePool.Key(owner: 1, file: $0) }
        var opened: [Int] = []
        func use(_ index: Int) throws {
            _ = try pool.file(keys[index], writable: false) { () throws(StorageError) in
                opened.append(index)
                return try open()
            }
        }

        for index in [0, 1, 0, 2, 0, 1] { try use(index) }

        #expect(opened == [0, 1, 2, 1])
        #expect(pool.count == 2)
    }

    @Test("a file in use stays open after the pool has dropped it")
    func inUse() throws {
        let pool = FilePool(capacity: 1)
        var file: OpenFile? = try pool.file(.init(owner: 1, file: 0), writable: false, open: open)
        let descriptor = try #require(file?.descriptor)

        _ = try pool.file(.init(owner: 1, file: 1), writable: false, open: open)
        let stayedOpen = isOpen(descriptor)
        file = nil

        #expect(stayedOpen)
        #expect(pool.count == 1)
    }

    @Test("opens again for writing what was open for reading, and reads from what is open for writing")
    func upgrade() throws {
        let pool = FilePool()
        let key = FilePool.Key(owner: 1, file: 0)

        let reading = try pool.file(key, writable: false, open: open)
        let writing = try pool.file(key, writable: true, open: open)
        let again = try pool.file(key, writable: false, open: open)

        #expect(reading !== writing)
        #expect(again === writing)
        #expect(pool.count == 1)
    }

    @Test("forgets the files of one torrent only")
    func forget() throws {
        let pool = FilePool()
        for owner in [UInt64(1), 2] {
            for file in 0..<3 { _ = try pool.file(.init(owner: owner, file: file), writable: false, open: open) }
        }

        pool.forget(owner: 1)

        #expect(pool.count == 3)
    }

    @Test("gives up its own files when the process is out of descriptors, then tries again")
    func shortage() throws {
        let pool = FilePool()
        _ = try pool.file(.init(owner: 1, file: 0), writable: false, open: open)
        var attempts = 0

        _ = try pool.file(.init(owner: 1, file: 1), writable: false) { () throws(StorageError) in
            attempts += 1
            if attempts == 1 { throw .failed(.open, path: "/x", code: EMFILE) }
            return try open()
        }

        #expect(attempts == 2)
        #expect(pool.count == 1)
    }
}
