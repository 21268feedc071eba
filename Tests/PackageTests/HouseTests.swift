import Foundation
import Testing

/// Rules of the house that a compiler does not know.
@Suite("The house")
struct HouseTests {
    @Test("keeps source files short")
    func shortFiles() throws {
        let extensions = [".swift", ".c", ".h", ".sh"]
        for file in try SourceTree.files() where extensions.contains(where: file.hasSuffix) {
            // A file's last newline counts as one more, empty line here.
            #expect(try SourceTree.lines(file).count <= 401, "\(file) has over 400 lines: does it hold two things?")
        }
    }

    @Test("names no type as its module")
    func typeNames() throws {
        for file in try SourceTree.files(under: "Sources") where file.hasSuffix(".swift") {
            let module = file.split(separator: "/")[1]
            let declaration = try Regex("\\b(?:struct|class|enum|actor|protocol|typealias)\\s+\(module)\\b")
            for line in try SourceTree.lines(file) where !line.contains("//") {
                // `Module.Other` would then mean a member of the type, and nothing else in the module could be named.
                #expect(line.firstMatch(of: declaration) == nil, "\(file): \(line)")
            }
        }
    }

    @Test("holds no paths of one machine")
    func machinePaths() throws {
        // Put together here so that this file does not hold them.
        let paths = ["work", "farm", "Users", "tmp/wt"].map { Data("/\($0)/".utf8) }
        for file in try SourceTree.files() {
            let bytes = try SourceTree.bytes(file)
            for path in paths {
                guard let range = bytes.range(of: path) else { continue }
                let before = range.lowerBound > bytes.startIndex ? bytes[range.lowerBound - 1] : UInt8(ascii: " ")
                let isInsidePath = Character(Unicode.Scalar(before)).isLetter
                #expect(isInsidePath, "\(file) holds \(String(decoding: path, as: UTF8.self))")
            }
        }
    }

    @Test("has nothing at the top level but what belongs there")
    func topLevel() throws {
        let allowed: Set = [
            "Package.swift", "Sources", "Tests", "examples", "swarmrc.sample", "README.md", "CONTRIBUTING.md",
            "CHANGELOG.md", "SECURITY.md", "LICENSE",
        ]

        let stray = try SourceTree.topLevel().filter { !allowed.contains($0) && !$0.hasPrefix(".") }

        #expect(stray.isEmpty)
    }

    @Test("has scripts that stop at the first error")
    func scripts() throws {
        for script in try SourceTree.files() where script.hasSuffix(".sh") {
            let lines = try SourceTree.lines(script)
            #expect(lines.first == "#!/usr/bin/env bash", "\(script)")
            #expect(lines.contains("set -euo pipefail"), "\(script)")
        }
    }
}
