import Commands
import Dispatch
import Glibc
import Synchronization

/// Takes messages from any thread to the outputs that asked for their group: rTorrent's `log.*`.
///
/// Writing happens on a queue of its own, so a slow disk or terminal holds nobody up. When it cannot follow, lines are dropped and counted.
// Unchecked: `outputs`, `routes` and the descriptors are touched on `queue` only, the rest is atomic.
package final class LogRouter: @unchecked Sendable {
    private static let longestQueue = 10_000

    private let queue = DispatchQueue(label: "swarm.log")
    private let queued = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)
    /// The most talkative level that anyone listens to, so that messages for nobody need not be made.
    private let loudest = Atomic<Int>(-1)
    private let executions = Atomic<Int32>(-1)
    private let tracesRPC = Atomic<Bool>(false)

    private var outputs: [String: any LogOutput] = [:]
    private var routes: [(group: LogGroup, output: String)] = []
    private var traffic: FileOutput?

    package init() {}

    deinit {
        let descriptor = executions.load(ordering: .relaxed)
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    // MARK: - Messages

    package func log(_ level: LogLevel, about subject: LogSubject = .general, _ text: String) {
        log(LogGroup(level, subject), text)
    }

    package func log(_ group: LogGroup, _ text: String) {
        guard queued.add(1, ordering: .relaxed).newValue <= Self.longestQueue else {
            queued.subtract(1, ordering: .relaxed)
            dropped.add(1, ordering: .relaxed)
            return
        }
        let time = SystemServices.unixMicroseconds() / 1_000_000
        queue.async { [self] in
            let lost = dropped.exchange(0, ordering: .relaxed)
            if lost > 0 { write(LogGroup(.warn), "\(lost) messages were lost, the log could not follow", time) }
            write(group, text, time)
            if queued.subtract(1, ordering: .relaxed).newValue == 0 { outputs.values.forEach { $0.flush() } }
        }
    }

    private func write(_ group: LogGroup, _ text: String, _ time: Int64) {
        var served: Set<String> = []
        for route in routes where route.group.takes(group) && served.insert(route.output).inserted {
            outputs[route.output]?.write(group, text, time: time)
        }
    }

    /// The most talkative level that is listened to; nil if nobody listens.
    package var mostVerboseLevel: LogLevel? { LogLevel(rawValue: loudest.load(ordering: .relaxed)) }

    // MARK: - Outputs

    /// Opens a file under a name, in place of the output that had it; the groups of that one remain.
    ///
    /// - Parameter groups: known names.
    package func openFile(
        _ name: String, path: String, groups: [LogGroup], appends: Bool = false, flushesLines: Bool = false,
        isCompressed: Bool = false
    ) throws(LogFileFailure) {
        guard !isCompressed else { return add(try GzipOutput(path: path, appends: appends), name, groups) }
        add(try FileOutput(path: path, appends: appends, flushesLines: flushesLines), name, groups)
    }

    /// Lines on a descriptor that stays open; `isJournal`: systemd reads them.
    package func openConsole(_ name: String, descriptor: Int32 = 2, groups: [LogGroup], isJournal: Bool = false) {
        add(ConsoleOutput(descriptor: descriptor, isJournal: isJournal), name, groups)
    }

    package func open(_ name: String, groups: [LogGroup], _ body: @escaping @Sendable (LogGroup, String) -> Void) {
        add(ClosureOutput(body), name, groups)
    }

    private func add(_ output: sending any LogOutput, _ name: String, _ groups: [LogGroup]) {
        queue.sync {
            outputs[name] = output
            for group in groups where !routes.contains(where: { $0 == (group, name) }) { routes.append((group, name)) }
            noteLoudest()
        }
    }

    /// - Returns: false if there is no such output.
    package func addOutput(_ group: LogGroup, to name: String) -> Bool {
        queue.sync {
            guard outputs[name] != nil else { return false }
            if !routes.contains(where: { $0 == (group, name) }) { routes.append((group, name)) }
            noteLoudest()
            return true
        }
    }

    package func close(_ name: String) {
        queue.sync {
            outputs[name] = nil
            routes.removeAll { $0.output == name }
            noteLoudest()
        }
    }

    private func noteLoudest() {
        let level = routes.compactMap { $0.group.level?.rawValue }.max() ?? -1
        loudest.store(level, ordering: .relaxed)
    }

    /// Names of what is open, for `swarm check` and tests.
    package var outputNames: [String] { queue.sync { outputs.keys.sorted() } }

    /// Opens all files anew, after somebody moved them away.
    package func reopen() { queue.async { [self] in outputs.values.forEach { $0.reopen() } } }

    /// Ends files properly, at the end of the process; the console stays.
    package func closeFiles() {
        flush()
        queue.sync {
            for (name, output) in outputs where output is FileOutput || output is GzipOutput { outputs[name] = nil }
            traffic = nil
        }
    }

    /// Returns when everything said so far is written.
    package func flush() {
        queue.sync {
            outputs.values.forEach { $0.flush() }
            traffic?.flush()
        }
    }
}

// MARK: - What front ends and programs say

extension LogRouter {
    /// Where programs that are run write to; nil: nowhere. `log.execute`
    package var executionDescriptor: Int32? {
        let descriptor = executions.load(ordering: .relaxed)
        return descriptor >= 0 ? descriptor : nil
    }

    /// - Parameter path: nil ends the log.
    package func setExecutionLog(_ path: String?) throws(LogFileFailure) {
        var descriptor: Int32 = -1
        if let path {
            descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw LogFileFailure(path: path, errno: errno) }
        }
        let former = executions.exchange(descriptor, ordering: .relaxed)
        if former >= 0 { Glibc.close(former) }
    }

    /// - Parameter status: nil where nobody waits for it.
    func logExecution(_ request: ProgramRequest, status: Int64?) {
        guard let descriptor = executionDescriptor else { return }
        let command = request.arguments.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        let ending = status.map { "--- Success: \($0) ---" } ?? "--- Background task ---"
        writeAll(Array("---\n\(command)\n\(ending)\n".utf8), to: descriptor)
    }

    /// Whether `logTraffic` has a use.
    package var logsTraffic: Bool { tracesRPC.load(ordering: .relaxed) }

    /// - Parameter path: nil ends the log. `log.rpc`
    package func setTrafficLog(_ path: String?) throws(LogFileFailure) {
        let output: FileOutput?
        if let path {
            output = try FileOutput(path: path, appends: true, flushesLines: true)
        } else {
            output = nil
        }
        replaceTraffic(output)
    }

    private func replaceTraffic(_ output: sending FileOutput?) {
        tracesRPC.store(output != nil, ordering: .relaxed)
        queue.sync { traffic = output }
    }

    /// A request and its answer, as they were.
    package func logTraffic(request: [UInt8], answer: [UInt8]) {
        guard logsTraffic else { return }
        queue.async { [self] in
            traffic?.writeRaw(request + Array("\n---\n".utf8))
            traffic?.writeRaw(answer + Array("\n---\n".utf8))
        }
    }
}
