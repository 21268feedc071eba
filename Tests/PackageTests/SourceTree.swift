import Foundation

/// The files of this package as they lie on disk, without what git ignores.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Paths from the root.
    static func files() throws -> [String] {
        try topLevel().flatMap { try files(under: $0) }.sorted()
    }

    static func topLevel() throws -> [String] {
        let ignored = [".git", ".build", ".swiftpm", "Package.resolved"]
        return try FileManager.default.contentsOfDirectory(atPath: root.path)
            .filter { !ignored.contains($0) && !$0.hasPrefix(".build-") }.sorted()
    }

    static func files(under folder: String) throws -> [String] {
        guard isFolder(folder) else { return [folder] }
        return try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .map { "\(folder)/\($0)" }.filter { !isFolder($0) }.sorted()
    }

    static func bytes(_ file: String) throws -> Data {
        try Data(contentsOf: root.appendingPathComponent(file))
    }

    static func lines(_ file: String) throws -> [Substring] {
        String(decoding: try bytes(file), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The modules that a Swift file imports, whatever access and attributes stand before the word.
    ///
    /// What stands in a string of several lines is some other language's.
    static func imports(of file: String) throws -> Set<String> {
        let statement =
            #/^\s*(?:@\w+(?:\([^)]*\))?\s+|\w+\s+)*import\s+(?:(?:struct|class|enum|protocol|func|var|let)\s+)?(?<module>\w+)/#
        var isInString = false
        let code = try lines(file).filter { line in
            defer { if line.ranges(of: "\"\"\"").count % 2 == 1 { isInString.toggle() } }
            return !isInString && !line.contains("//")
        }
        return Set(code.compactMap { $0.firstMatch(of: statement).map { String($0.output.module) } })
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(
            atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
        return exists && isFolder.boolValue
    }
}
