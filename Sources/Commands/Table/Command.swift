/// What a command does.
///
/// It runs on the loop that owns the ``Interpreter`` and must not wait for anything that itself waits for that loop.
package typealias CommandBody = (CommandContext, Arguments) throws(CommandFault) -> Value

/// A name in the table: how it may be called, what it means, and what it does.
package final class Command {
    package let name: String
    /// The kind of target it needs; `.any` takes any or none.
    package let target: TargetKind
    package let parameters: [CommandParameter]
    package let result: CommandResult
    package let flags: CommandFlags
    /// The least scope a caller must have.
    package let scope: CommandScope
    package let help: String
    /// Set when this is another name of a command.
    package let alias: CommandAlias?
    /// The variable, function or multi command behind it, on which `method.*` works.
    package let object: UserObject?
    /// Where it is an alias, the command that it leads to at last.
    let destination: Command?
    let body: CommandBody
    /// What may be skipped for the usual caller: the owner or a trusted admin, and any target.
    let isOpen: Bool
    /// How many aliases lead here; rTorrent refuses to erase such a command.
    var redirects = 0

    init(
        name: String, target: TargetKind, parameters: [CommandParameter], result: CommandResult, flags: CommandFlags,
        scope: CommandScope, help: String, alias: CommandAlias? = nil, object: UserObject? = nil,
        destination: Command? = nil, body: @escaping CommandBody
    ) {
        self.name = name
        self.target = target
        self.parameters = parameters
        self.result = result
        self.flags = flags
        self.scope = scope
        self.help = help
        self.alias = alias
        self.object = object
        self.destination = destination
        self.body = body
        self.isOpen = target == .any
    }

    /// Runs it for `context` after checking target and permission.
    @inline(__always)
    func invoke(_ context: CommandContext, _ arguments: Arguments) throws(CommandFault) -> Value {
        if context.caller.scope < scope || context.caller.isUntrusted { try checkPermission(of: context.caller) }
        if !isOpen, target != context.target.kind { throw .wrongTarget }
        return try body(context, arguments)
    }

    private func checkPermission(of caller: Caller) throws(CommandFault) {
        if caller.isUntrusted, !flags.contains(.isUntrustedSafe) {
            throw CommandFault(.refused, "Command \"\(name)\" is not allowed for untrusted connections.")
        }
        if caller.scope < scope {
            let setting = caller.setting.isEmpty ? "" : " (\(caller.setting))"
            throw CommandFault(
                .refused, "Command \"\(name)\" needs scope \(scope), this connection has \(caller.scope)\(setting).")
        }
    }

    /// `throttle.up = name, rate (KiB/s)`.
    package var usage: String {
        name + (parameters.isEmpty ? "" : " = " + parameters.map(\.description).joined(separator: ", "))
    }
}

/// Another name of a command.
package struct CommandAlias: Sendable, Hashable {
    /// The name to write today.
    package let modernName: String
    package let generation: AliasGeneration
}

/// When a name was in use.
package enum AliasGeneration: String, Sendable, CaseIterable {
    /// Before 0.9: `load_start`, `d.get_name`.
    case before09 = "before 0.9"
    /// 0.9, gone or deprecated in 0.16: `schedule2`, `port_random`.
    case until016 = "0.9"
    /// A short form that both 0.9.8 and 0.16 have: `directory`, `upload_rate`.
    case shorthand = "shorthand"
    /// What 0.16 calls it, where we are named after 0.9.8.
    case since016 = "0.16"
    /// `method.redirect`.
    case user = "user"

    /// Whether the first use earns a warning with the modern name.
    package var isOld: Bool { self == .before09 || self == .until016 }
}
