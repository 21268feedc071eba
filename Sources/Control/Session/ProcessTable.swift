import Foundation
import Glibc

/// The processes of this host, as far as a lock's holder is concerned.
struct ProcessTable: Sendable {
    struct Entry: Sendable {
        /// Unix time; nil where that cannot be found out.
        var began: Int64?
        /// It goes by the name of a program that uses session folders.
        var isClient: Bool
    }

    let host: String
    /// Our own number.
    let own: Int32
    /// Nil for a number that no process has.
    let find: @Sendable (Int32) -> Entry?

    static var system: ProcessTable {
        ProcessTable(host: hostName, own: getpid(), find: look)
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func look(_ number: Int32) -> Entry? {
        // Of another user's process we hear "not permitted": then it is there.
        if kill(number, 0) != 0, errno == ESRCH { return nil }
        let line = text("/proc/\(number)/stat")
        // The name stands in parentheses and may hold some itself.
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close else {
            return Entry(began: nil, isClient: false)
        }
        let name = line[line.index(after: open)..<close]
        let fields = line[line.index(after: close)...].split(separator: " ")
        // Field 22 of the whole line: clock ticks from the start of the system.
        let began = fields.count > 19 ? Int64(fields[19]).flatMap(unixTime(ticks:)) : nil
        return Entry(began: began, isClient: name.contains("rtorrent") || name.contains("swarm"))
    }

    private static func unixTime(ticks: Int64) -> Int64? {
        let second = Int64(sysconf(Int32(_SC_CLK_TCK)))
        let line = text("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard second > 0, let start = line.flatMap({ Int64($0.dropFirst(6)) }) else { return nil }
        return start + ticks / second
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
