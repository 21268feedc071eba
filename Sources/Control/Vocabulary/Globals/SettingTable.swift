import Commands

/// The settings and figures of a family in short lines.
///
/// Getters are safe for untrusted connections unless `flags` says otherwise, as in 0.16.
struct SettingTable {
    let map: CommandMap

    init(_ map: CommandMap) { self.map = map }

    // MARK: Settings

    /// A number with its setter.
    ///
    /// - Parameter willSet: checks or adjusts a new value, and passes it on.
    func number(
        _ name: String, _ start: Int64 = 0, unit: CommandUnit = .none, _ flags: CommandFlags = .isUntrustedSafe,
        setter: CommandFlags = [], scope: CommandScope = .control, isSilent: Bool = false, help: String,
        willSet: ((Int64) throws(CommandFault) -> Int64)? = nil
    ) {
        map.variable(
            name, .value(start, unit: unit), flags: flags, setterFlags: setter, scope: scope, isSilent: isSilent,
            help: help
        ) { (_, value) throws(CommandFault) in
            guard let willSet, case .integer(let number) = value else { return value }
            return .integer(try willSet(number))
        }
    }

    /// A switch with its setter.
    func flag(
        _ name: String, _ start: Bool = false, _ flags: CommandFlags = .isUntrustedSafe, setter: CommandFlags = [],
        scope: CommandScope = .control, isSilent: Bool = false, help: String,
        didSet: ((Bool) throws(CommandFault) -> Void)? = nil
    ) {
        map.variable(
            name, .bool(start), flags: flags, setterFlags: setter, scope: scope, isSilent: isSilent, help: help
        ) { (_, value) throws(CommandFault) in
            try didSet?(value.isTrue)
            return value
        }
    }

    /// A text with its setter.
    func text(
        _ name: String, _ start: String = "", _ flags: CommandFlags = .isUntrustedSafe, setter: CommandFlags = [],
        scope: CommandScope = .control, isSilent: Bool = false, help: String,
        willSet: ((String) throws(CommandFault) -> String)? = nil
    ) {
        map.variable(
            name, .string(start), flags: flags, setterFlags: setter, scope: scope, isSilent: isSilent, help: help
        ) { (_, value) throws(CommandFault) in
            guard let willSet, let text = value.text else { return value }
            return .text(try willSet(text))
        }
    }

    // MARK: Figures

    func figure(
        _ name: String, _ flags: CommandFlags = .isUntrustedSafe, help: String,
        _ body: @escaping () throws(CommandFault) -> Int64
    ) {
        map.define(name, .value, flags: flags, scope: .read, help: help) { (_, _) throws(CommandFault) in
            .integer(try body())
        }
    }

    func fact(
        _ name: String, _ flags: CommandFlags = .isUntrustedSafe, help: String,
        _ body: @escaping () throws(CommandFault) -> String
    ) {
        map.define(name, .string, flags: flags, scope: .read, help: help) { (_, _) throws(CommandFault) in
            .text(try body())
        }
    }

    /// Names that other commands take.
    func names(_ name: String, _ flags: CommandFlags = .isUntrustedSafe, help: String, _ names: [String]) {
        map.define(name, .list, flags: flags, scope: .read, help: help) { (_, _) throws(CommandFault) in .texts(names) }
    }

    // MARK: Actions

    /// What acts and answers nothing.
    func action(
        _ name: String, _ parameters: [CommandParameter] = [], _ flags: CommandFlags = [],
        scope: CommandScope = .control, help: String,
        _ body: @escaping (CommandContext, Arguments) throws(CommandFault) -> Void
    ) {
        map.define(name, parameters, .void, flags: flags, scope: scope, help: help) {
            (context, arguments) throws(CommandFault) in
            try body(context, arguments)
            return .none
        }
    }
}

extension CommandFlags {
    /// A getter that answers strangers, of a setting whose effect is still to come.
    static let safeNotYet: CommandFlags = [.isUntrustedSafe, .isNotYet]
    static let safeNeutral: CommandFlags = [.isUntrustedSafe, .isNeutral]
}

extension CommandFault {
    static func invalidOption(_ word: String) -> CommandFault {
        .input("Invalid option name.", explanation: "\"\(word)\" is not among the names", subject: Array(word.utf8))
    }
}
