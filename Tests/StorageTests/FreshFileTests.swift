import Glibc
import TestKit
import Testing

@testable import Storage

struct FreshFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("fresh")
    }

    private var names: [String] { get throws { try FileWalk(root: folder.path).files.map(\.path) } }

    @Test("writes a new file and leaves nothing beside it")
    func writes() throws {
        try FreshFile.write([1, 2, 3], to: folder.path("a"), overwrite: false)

        #expect(try folder.read("a") == [1, 2, 3])
        #expect(try names == [folder.path("a")])
    }

    @Test("does not touch what bears the name unless told to")
    func refuses() throws {
        try folder.write([9], to: "a")

        #expect(throws: StorageError.failed(.create, path: folder.path("a"), code: EEXIST)) {
            try FreshFile.write([1], to: folder.path("a"), overwrite: false)
        }
        #expect(try folder.read("a") == [9])
        try FreshFile.write([1], to: folder.path("a"), overwrite: true)
        #expect(try folder.read("a") == [1])
        #expect(try names == [folder.path("a")])
    }

    @Test("says that the folder is missing")
    func missingFolder() {
        #expect(throws: StorageError.failed(.create, path: folder.path("no/a"), code: ENOENT)) {
            try FreshFile.write([1], to: folder.path("no/a"), overwrite: false)
        }
    }
}
