import Foundation
import Glibc

/// A new folder for one test, removed with all it holds when the last reference goes.
///
/// It lies in the system's temporary folder; anyone may enter it, because some real programs drop their rights.
package final class TemporaryFolder: Sendable {
    /// Absolute, without a slash at the end.
    package let path: String

    /// - Parameter label: the start of the folder's name, for people who look while a test runs.
    package init(_ label: String = "swarm-test") throws {
        // Short: a unix socket's path in it has to stay below 108 bytes.
        var template = Array("\(FileManager.default.temporaryDirectory.path)/\(label)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil, chmod(template, 0o755) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` in this folder; nothing is made.
    package func path(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// Makes a folder, and the folders above it.
    ///
    /// - Returns: its path.
    package func makeFolder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
        return path(name)
    }

    /// Writes a file, and makes the folders above it.
    ///
    /// - Returns: its path.
    @discardableResult
    package func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        let file = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    /// The bytes of a file in this folder.
    package func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}
