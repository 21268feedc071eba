import Foundation

extension ChildProcess {
    /// Whether a program is found in PATH; for tests that cannot do without it.
    package static func isInstalled(_ program: String) -> Bool {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
}
