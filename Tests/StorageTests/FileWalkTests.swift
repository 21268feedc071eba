import Glibc
import TestKit
import Testing

@testable import Storage

struct FileWalkTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("walk")
    }

    private func walk(_ exclusions: ExclusionList = ExclusionList()) throws(BuildError) -> [String] {
        try FileWalk(root: folder.path, exclusions: exclusions).files.map { String(decoding: $0.joined, as: UTF8.self) }
    }

    @Test("orders files by the bytes of their whole paths, the slash among them")
    func order() throws {
        for name in ["b/x", "b.txt", "b", "B", "ä", "a/b/c", "a-", "a/b.c", ".hidden", "b/x/y"]
        where name != "b/x" && name != "b" {
            try folder.write([1], to: name)
        }

        #expect(try walk() == [".hidden", "B", "a-", "a/b.c", "a/b/c", "b.txt", "b/x/y", "ä"])
    }

    @Test("keeps names that are no UTF-8 as they are")
    func rawNames() throws {
        let name: [UInt8] = [0x66, 0xff, 0xfe]
        let descriptor = FileWalk.withPath(Array((folder.path + "/").utf8) + name) {
            open($0, O_CREAT | O_WRONLY, 0o644)
        }
        close(descriptor)

        let files = try FileWalk(root: folder.path).files

        #expect(files.map(\.components) == [[name]])
    }

    @Test("takes one file as it is, with slashes behind a folder or not")
    func roots() throws {
        let file = try folder.write([1, 2, 3], to: "sub/file")

        let single = try FileWalk(root: file)
        let many = try FileWalk(root: folder.path("sub") + "//")

        #expect(single.isSingleFile)
        #expect(single.files.map(\.components) == [[]])
        #expect(single.totalLength == 3)
        #expect(!many.isSingleFile)
        #expect(many.files.map(\.components) == [[Array("file".utf8)]])
    }

    @Test("follows links to files and folders")
    func links() throws {
        try folder.write([1], to: "real/a")
        try #require(symlink("real", folder.path("linked")) == 0)
        try #require(symlink("real/a", folder.path("z")) == 0)

        #expect(try walk() == ["linked/a", "real/a", "z"])
    }

    @Test("a link that leads back is an error, not an endless walk", arguments: [".", "..", "sub", "link"])
    func linkLoop(target: String) throws {
        try folder.write([1], to: "sub/a")
        try #require(symlink(target == "sub" ? "../sub" : target, folder.path("sub/link")) == 0)

        #expect(throws: BuildError.linkLoop(path: folder.path("sub/link"))) { try walk() }
    }

    @Test("a link that leads nowhere is an error that names it")
    func danglingLink() throws {
        try folder.write([1], to: "a")
        try #require(symlink("nowhere", folder.path("link")) == 0)

        #expect(throws: BuildError.storage(.missing(path: folder.path("link")))) { try walk() }
    }

    @Test("a pipe is an error, and can be left out")
    func pipe() throws {
        try folder.write([1], to: "a")
        try #require(mkfifo(folder.path("pipe"), 0o644) == 0)

        #expect(throws: BuildError.notAFile(path: folder.path("pipe"), found: .pipe)) { try walk() }
        #expect(try walk(ExclusionList(["pi*"])) == ["a"])
    }

    @Test("a folder without files is an error", arguments: [[], ["a"]])
    func empty(excluded: [String]) throws {
        _ = try folder.makeFolder("sub/sub")
        if !excluded.isEmpty { try folder.write([1], to: "sub/a") }

        #expect(throws: BuildError.nothingToPublish(path: folder.path)) { try walk(ExclusionList(excluded)) }
    }

    @Test("control characters in a name are an error that shows them", arguments: ["a\nb", "\u{1B}[31m", "a\u{7F}"])
    func controlCharacters(name: String) throws {
        try folder.write([1], to: name)

        #expect {
            try walk()
        } throws: { error in
            guard case BuildError.unusableName(let path, _)? = error as? BuildError else { return false }
            return path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
    }

    @Test(
        "leaves out what matches, by name or by path",
        arguments: [
            (["*.tmp"], ["a.txt", "sub/b.txt", "sub/deep/b.txt"]),
            (["sub"], ["a.tmp", "a.txt"]),
            (["deep", "a.*"], ["sub/b.tmp", "sub/b.txt"]),
            (["sub/*.txt"], ["a.tmp", "a.txt", "sub/b.tmp", "sub/deep/b.txt"]),
            (["[ab].tx?"], ["a.tmp", "sub/b.tmp"]),
            (["/a.txt"], ["a.tmp", "a.txt", "sub/b.tmp", "sub/b.txt", "sub/deep/b.txt"]),
        ])
    func exclusions(patterns: [String], left: [String]) throws {
        for name in ["a.txt", "a.tmp", "sub/b.txt", "sub/b.tmp", "sub/deep/b.txt"] { try folder.write([1], to: name) }

        #expect(try walk(ExclusionList(patterns)) == left)
    }

    @Test("leaves out the output wherever it is met")
    func output() throws {
        let output = try folder.write([1], to: "x.torrent")
        try folder.write([1], to: "a")
        try #require(link(output, folder.path("other-name")) == 0)

        #expect(try walk(ExclusionList(file: output)) == ["a"])
    }
}
