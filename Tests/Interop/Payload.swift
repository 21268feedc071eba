import Foundation
import TestKit
import Testing

/// Real files to move, made anew in a folder for each test.
enum Payload: CaseIterable, CustomTestStringConvertible {
    /// The head of the test program itself: a real executable, with a short last piece.
    case file
    /// This package's sources, most of them shorter than a piece, with empty files and odd names among them.
    case folder

    var testDescription: String {
        switch self {
        case .file: "a file"
        case .folder: "a folder"
        }
    }

    var name: String {
        switch self {
        case .file: "program.bin"
        case .folder: "sources of swarm"
        }
    }

    /// log2 of the piece length, as mktorrent wants it.
    var pieceLengthPower: Int {
        switch self {
        case .file: 18
        case .folder: 15
        }
    }

    func make(in folder: String) throws {
        let place = "\(folder)/\(name)"
        switch self {
        case .file:
            let program = try #require(FileHandle(forReadingAtPath: "/proc/self/exe"))
            let head = try #require(try program.read(upToCount: 24 << 20 + 12_345))
            try head.write(to: URL(fileURLWithPath: place))
        case .folder:
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            for tree in ["Sources", "Tests"] {
                try FileManager.default.copyItem(
                    atPath: root.appendingPathComponent(tree).path, toPath: "\(place)/\(tree)")
            }
            let license = try Data(contentsOf: root.appendingPathComponent("LICENSE"))
            let oddNames = [
                "-dash first", ".hidden", "Grüße ☃ 日本", "quote ' too", "percent %41 & amp; +", "~",
                "empty folder's/deep/er/file", String(repeating: "long", count: 60),
            ]
            for (index, name) in oddNames.enumerated() {
                let file = URL(fileURLWithPath: "\(place)/odd/\(name)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                // Every third is empty.
                try (index % 3 == 1 ? Data() : license).write(to: file)
            }
        }
    }

    /// Compares all files, by name and content, with those of another folder.
    ///
    /// - Parameter withoutEmptyFiles: the copy may lack empty files.
    /// - Returns: what differs; nothing when all is well.
    func differences(
        between original: String, and copy: String, withoutEmptyFiles: Bool
    ) throws -> [String] {
        let expected = try contents(of: "\(original)/\(name)").filter { !withoutEmptyFiles || !$1.isEmpty }
        let found = try contents(of: "\(copy)/\(name)")
        let names = Set(expected.keys).union(found.keys).sorted()
        return names.compactMap { name in
            switch (expected[name], found[name]) {
            case (nil, _): "\(name) is there but should not be"
            case (_, nil): "\(name) is missing"
            case (let left?, let right?) where left.count != right.count:
                "\(name) has \(right.count) bytes, not \(left.count)"
            case (let left, let right): left == right ? nil : "\(name) has other bytes"
            }
        }
    }

    private func contents(of place: String) throws -> [String: Data] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else { return [:] }
        guard isFolder.boolValue else { return ["": try Data(contentsOf: URL(fileURLWithPath: place))] }
        var contents: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: place) {
            let file = "\(place)/\(path)"
            if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue {
                contents[path] = try Data(contentsOf: URL(fileURLWithPath: file))
            }
        }
        return contents
    }
}
