import Glibc
import Synchronization

@testable import Control

/// A session's files in memory, whose process may die, or whose disk may fail, at any step.
final class MemoryFiles: SessionFiles {
    private struct File {
        var bytes: [UInt8]
        var isOnDisk: Bool
    }

    private struct State {
        var files: [String: File] = [:]
        var steps: [String] = []
        /// The number of the step that is not finished.
        var lastStep: Int?
        var refusals: [String: Int32] = [:]
    }

    private let state: Mutex<State>

    /// - Parameter lastStep: the step, counted from 0, in whose middle the process dies.
    init(_ files: [String: [UInt8]] = [:], dyingAt lastStep: Int? = nil) {
        state = Mutex(State(files: files.mapValues { File(bytes: $0, isOnDisk: true) }, lastStep: lastStep))
    }

    /// What a process that comes after finds.
    var contents: [String: [UInt8]] { state.withLock { $0.files.mapValues(\.bytes) } }

    /// What is there after a power cut: files that were not brought to the disk are empty.
    var contentsAfterPowerCut: [String: [UInt8]] {
        state.withLock { $0.files.mapValues { $0.isOnDisk ? $0.bytes : [] } }
    }

    /// Everything that was done to the folder.
    var steps: [String] { state.withLock { $0.steps } }

    /// From now on these fail: the names of the functions here, and an `errno` for each.
    func refuse(_ refusals: [String: Int32]) { state.withLock { $0.refusals = refusals } }

    private func step(
        _ kind: String, _ name: String, _ body: (inout State, _ isLast: Bool) -> Void
    ) throws(FileStepError) {
        let code: Int32? = state.withLock { state in
            if let lastStep = state.lastStep, state.steps.count > lastStep { return EIO }
            if let code = state.refusals[kind] { return code }
            let isLast = state.steps.count == state.lastStep
            state.steps.append("\(kind) \(name)")
            body(&state, isLast)
            return isLast ? EIO : nil
        }
        if let code { throw FileStepError(step: kind, code: code) }
    }

    func names() throws(FileStepError) -> [String] { Array(contents.keys) }

    func has(_ name: String) -> Bool { state.withLock { $0.files[name] != nil } }

    func read(_ name: String, limit: Int) throws(FileStepError) -> [UInt8]? { contents[name] }

    func write(_ bytes: [UInt8], to name: String) throws(FileStepError) {
        try step("write", name) { state, isLast in
            state.files[name] = File(bytes: isLast ? Array(bytes.prefix(bytes.count / 2)) : bytes, isOnDisk: false)
        }
    }

    func beginSync() {}

    func sync(_ name: String) throws(FileStepError) {
        try step("sync", name) { state, isLast in if !isLast { state.files[name]?.isOnDisk = true } }
    }

    func rename(_ name: String, to target: String) throws(FileStepError) {
        try step("rename", name) { state, isLast in
            if !isLast { state.files[target] = state.files.removeValue(forKey: name) }
        }
    }

    func link(_ name: String, to target: String) throws(FileStepError) {
        try step("link", name) { state, isLast in if !isLast { state.files[target] = state.files[name] } }
    }

    func remove(_ name: String) throws(FileStepError) {
        try step("remove", name) { state, isLast in if !isLast { state.files[name] = nil } }
    }

    func syncFolder() throws(FileStepError) { try step("syncFolder", "") { _, _ in } }
}
