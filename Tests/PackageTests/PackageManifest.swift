import Foundation
import TestKit

/// Package.swift as the package manager understands it: `swift package dump-package`.
struct PackageManifest: Decodable {
    struct Target: Decodable {
        let name: String
        let type: String
        let path: String?
        let dependencies: [Dependency]

        /// Names of targets of ours and of products from outside.
        var dependencyNames: Set<String> { Set(dependencies.map(\.name)) }

        var folder: String { path ?? "\(type == "test" ? "Tests" : "Sources")/\(name)" }
    }

    /// `{"byName": ["Bencode", null]}` or `{"product": ["NIOCore", "swift-nio", null, null]}`.
    struct Dependency: Decodable {
        let name: String

        init(from decoder: any Decoder) throws {
            let forms = try decoder.singleValueContainer().decode([String: [Ignorable]].self)
            guard let name = forms.values.first?.first?.text else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "a dependency without a name"))
            }
            self.name = name
        }
    }

    private struct Ignorable: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    let targets: [Target]

    /// What is built for users: no tests, no kit for tests.
    var products: [Target] { targets.filter { $0.folder.hasPrefix("Sources/") } }

    /// Reads it once for all tests.
    static func load() async throws -> PackageManifest {
        try await dump.value
    }

    private static let dump = Task {
        let folder = try TemporaryFolder()
        // A scratch folder of its own: the package's is locked while `swift test` runs.
        let dump = try await ChildProcess.run(
            [
                "swift", "package", "--package-path", SourceTree.root.path, "--scratch-path", folder.path("scratch"),
                "dump-package",
            ], in: folder.path, environment: ["TMPDIR": folder.path])
        try dump.requireSuccess()
        return try JSONDecoder().decode(PackageManifest.self, from: Data(dump.standardOutput.utf8))
    }
}
