import Commands
package import Logging

/// Brings what the engine logs by swift-log to the router's groups.
///
/// `swarm.tracker…` becomes `tracker_…`, and so on; labels without a subject of rTorrent's are `general`.
package struct LogBridge: LogHandler {
    private let router: LogRouter
    private let subject: LogSubject
    private let fixedLevel: Logger.Level?

    package var metadata: Logger.Metadata = [:]

    /// What is listened to now; a level that was set stays.
    package var logLevel: Logger.Level {
        get { fixedLevel ?? Self.level(router.mostVerboseLevel) }
        set { self = LogBridge(router: router, subject: subject, metadata: metadata, fixedLevel: newValue) }
    }

    package init(router: LogRouter, label: String) {
        self.init(router: router, subject: Self.subject(of: label), metadata: [:], fixedLevel: nil)
    }

    private init(router: LogRouter, subject: LogSubject, metadata: Logger.Metadata, fixedLevel: Logger.Level?) {
        self.router = router
        self.subject = subject
        self.metadata = metadata
        self.fixedLevel = fixedLevel
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var text = event.message.description
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { text += " \(key)=\(value)" }
        router.log(Self.level(event.level), about: subject, text)
    }

    private static func subject(of label: String) -> LogSubject {
        for part in label.split(separator: ".").dropFirst() {
            for subject in LogSubject.allCases where part.hasPrefix("\(subject)") { return subject }
        }
        return label.hasPrefix("swarm.engine") ? .torrent : .general
    }

    private static func level(_ level: Logger.Level) -> LogLevel {
        switch level {
        case .critical: .critical
        case .error: .error
        case .warning: .warn
        case .notice: .notice
        case .info: .info
        case .debug, .trace: .debug
        }
    }

    private static func level(_ level: LogLevel?) -> Logger.Level {
        switch level {
        case nil, .critical: .critical
        case .error: .error
        case .warn: .warning
        case .notice: .notice
        case .info: .info
        case .debug: .debug
        }
    }
}

extension LogRouter {
    /// A logger whose messages arrive here.
    package func logger(_ label: String) -> Logger {
        Logger(label: label) { LogBridge(router: self, label: $0) }
    }
}
