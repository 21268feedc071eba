/// How bad it is, as rTorrent's logs grade it.
package enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case critical, error, warn, notice, info, debug

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

    var name: String { "\(self)" }

    /// What a line of a log file bears.
    var letter: String { name.prefix(1).uppercased() }
}

/// What a message is about, in rTorrent's words.
package enum LogSubject: Int, Sendable, CaseIterable {
    case general, connection, dht, peer, socket, storage, thread, tracker, torrent
}

/// A name that `log.add_output` takes. Numbers and order are those of `strings.log_group`.
package struct LogGroup: Hashable, Sendable {
    package let number: Int

    private static let levelCount = LogLevel.allCases.count
    private static let gradedCount = LogSubject.allCases.count * levelCount

    package static let names: [String] =
        LogSubject.allCases.flatMap { subject in
            LogLevel.allCases.map { subject == .general ? $0.name : "\(subject)_\($0.name)" }
        } + [
            "__non_cascading__", "dht_all", "dht_manager", "dht_node", "dht_router", "dht_server",
            "instrumentation_memory", "instrumentation_mincore", "instrumentation_choke", "instrumentation_polling",
            "instrumentation_transfers", "peer_list_events", "protocol_piece_events", "protocol_metadata_events",
            "protocol_network_errors", "protocol_storage_errors", "resume_data", "rpc_events", "rpc_dump", "ui_events",
        ]

    /// Messages about calls and sockets of front ends; not graded.
    package static let rpcEvents = LogGroup(known: "rpc_events")

    package init(_ level: LogLevel, _ subject: LogSubject = .general) {
        number = subject.rawValue * Self.levelCount + level.rawValue
    }

    /// nil for a name that is none.
    package init?(named name: String) {
        guard let number = Self.names.firstIndex(of: name) else { return nil }
        self.number = number
    }

    private init(known name: String) { number = Self.names.firstIndex(of: name) ?? 0 }

    package var name: String { Self.names[number] }

    /// nil for the names that stand alone.
    var level: LogLevel? { number < Self.gradedCount ? LogLevel(rawValue: number % Self.levelCount) : nil }

    private var subject: Int { number / Self.levelCount }

    /// Whether an output of this group takes messages of `group`: the same subject, or any for `info` and its like, and no less bad.
    func takes(_ group: LogGroup) -> Bool {
        guard let level, let other = group.level else { return self == group }
        return other <= level && (subject == 0 || subject == group.subject)
    }
}
