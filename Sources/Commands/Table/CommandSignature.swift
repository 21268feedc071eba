/// What a number without a suffix counts; the factor applies to bare numbers, never to `5k`.
package enum CommandUnit: String, Sendable {
    case none = ""
    case bytes = "bytes"
    case kibibytes = "KiB"
    case bytesPerSecond = "bytes/s"
    case kibibytesPerSecond = "KiB/s"
    case seconds = "seconds"
    case unixTime = "unix time"
    case percent = "percent"
    case microseconds = "microseconds"

    /// Multiplier for numbers without a suffix, and for integers over RPC.
    package var factor: Int64 {
        switch self {
        case .kibibytes, .kibibytesPerSecond: 1024
        default: 1
        }
    }
}

/// One parameter of a command: for help, for `system.methodSignature`, and for checking a config without running it.
package struct CommandParameter: Sendable {
    package enum Kind: String, Sendable {
        case value = "i8"
        case bool
        case string
        case path
        case list = "array"
        /// Text or `((call))` that will be run; `swarm check` looks into it.
        case command
        /// A command as `branch` and `less` take it, or a value.
        case any
    }

    package let name: String
    package let kind: Kind
    package let unit: CommandUnit
    package let isOptional: Bool
    /// Stands for any number of arguments; only the last parameter can be that.
    package let isVariadic: Bool

    package init(
        _ name: String, _ kind: Kind, unit: CommandUnit = .none, isOptional: Bool = false, isVariadic: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.isOptional = isOptional
        self.isVariadic = isVariadic
    }

    package static func value(_ name: String, unit: CommandUnit = .none) -> Self { .init(name, .value, unit: unit) }
    package static func bool(_ name: String) -> Self { .init(name, .bool) }
    package static func string(_ name: String) -> Self { .init(name, .string) }
    package static func path(_ name: String) -> Self { .init(name, .path) }
    package static func list(_ name: String) -> Self { .init(name, .list) }
    package static func command(_ name: String) -> Self { .init(name, .command) }
    package static func any(_ name: String) -> Self { .init(name, .any) }

    package var optional: Self { .init(name, kind, unit: unit, isOptional: true, isVariadic: isVariadic) }
    package var variadic: Self { .init(name, kind, unit: unit, isOptional: true, isVariadic: true) }

    /// `rate (KiB/s)`, `[filter]`, `command…`.
    package var description: String {
        var text = unit == .none ? name : "\(name) (\(unit.rawValue))"
        if isVariadic { text += "…" }
        return isOptional ? "[\(text)]" : text
    }
}

/// What a command answers.
package enum CommandResult: String, Sendable {
    /// `<i4>0</i4>`.
    case void = "i4"
    case value = "i8"
    case string
    case list = "array"
    case map = "struct"
    /// Depends on the arguments.
    case any = "value"
}

package struct CommandFlags: OptionSet, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Not callable over RPC, though from inside expressions.
    package static let isPrivate = CommandFlags(rawValue: 1 << 0)
    /// Runs for untrusted connections (0.16's list).
    package static let isUntrustedSafe = CommandFlags(rawValue: 1 << 1)
    /// Over RPC its arguments start at once, without a target in front: 0.9.8's generic aliases.
    package static let takesNoTarget = CommandFlags(rawValue: 1 << 2)
    /// `method.erase` leaves it alone: everything that is built in, and `static` objects.
    package static let isStatic = CommandFlags(rawValue: 1 << 3)
    /// Stands here for compatibility and answers a documented neutral value.
    package static let isNeutral = CommandFlags(rawValue: 1 << 4)
    /// Accepted and kept, its effect comes later: `swarm check` says "not yet".
    package static let isNotYet = CommandFlags(rawValue: 1 << 5)
    /// Over RPC a single string argument is the command's own, not a target: `system.listMethods` and its like.
    package static let isIntrospection = CommandFlags(rawValue: 1 << 6)
}
