/// How much a caller may do; each scope includes the ones before it.
package enum CommandScope: UInt8, Comparable, Sendable, CaseIterable {
    /// Look at things.
    case read
    /// Start, stop, add, remove, label, limit.
    case control
    /// Run programs, define methods, name paths, schedule.
    case admin

    package static func < (left: CommandScope, right: CommandScope) -> Bool { left.rawValue < right.rawValue }
}

/// On whose behalf commands run; handed down to everything that they call.
package struct Caller: Hashable, Sendable {
    package var scope: CommandScope
    /// 0.16's `UNTRUSTED_CONNECTION`: only commands marked safe run.
    package var isUntrusted: Bool
    /// The setting that granted `scope`, named in refusals, such as `network.scgi.open_port.scope`.
    package var setting: String

    package init(scope: CommandScope, isUntrusted: Bool = false, setting: String = "") {
        self.scope = scope
        self.isUntrusted = isUntrusted
        self.setting = setting
    }

    /// The config file, the command line, the schedule and event handlers.
    package static let owner = Caller(scope: .admin)
}
