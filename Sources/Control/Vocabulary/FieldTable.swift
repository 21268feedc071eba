import Commands

/// The fields of one kind of target in short lines: a name, a line of help, and what it gives for a subject.
struct FieldTable<Subject> {
    private let map: CommandMap
    private let target: TargetKind
    private let subject: (CommandContext) throws(CommandFault) -> Subject

    /// - Parameter subject: finds what the bodies work on; the kind of target is checked before.
    init(
        _ map: CommandMap, on target: TargetKind,
        _ subject: @escaping (CommandContext) throws(CommandFault) -> Subject
    ) {
        self.map = map
        self.target = target
        self.subject = subject
    }

    func number(
        _ name: String, _ flags: CommandFlags = .isUntrustedSafe, help: String,
        _ body: @escaping (Subject) throws(CommandFault) -> Int64
    ) {
        map.define(name, on: target, .value, flags: flags, help: help) { [subject] (context, _) throws(CommandFault) in
            .integer(try body(try subject(context)))
        }
    }

    /// 1 or 0.
    func flag(
        _ name: String, _ flags: CommandFlags = .isUntrustedSafe, help: String,
        _ body: @escaping (Subject) throws(CommandFault) -> Bool
    ) {
        map.define(name, on: target, .value, flags: flags, help: help) { [subject] (context, _) throws(CommandFault) in
            .bool(try body(try subject(context)))
        }
    }

    func text(
        _ name: String, _ flags: CommandFlags = .isUntrustedSafe, help: String,
        _ body: @escaping (Subject) throws(CommandFault) -> [UInt8]
    ) {
        map.define(name, on: target, .string, flags: flags, help: help) { [subject] (context, _) throws(CommandFault) in
            .string(try body(try subject(context)))
        }
    }

    func list(
        _ name: String, _ flags: CommandFlags = .isUntrustedSafe, help: String,
        _ body: @escaping (Subject) throws(CommandFault) -> [Value]
    ) {
        map.define(name, on: target, .list, flags: flags, help: help) { [subject] (context, _) throws(CommandFault) in
            .list(try body(try subject(context)))
        }
    }

    /// What acts and answers nothing.
    func action(
        _ name: String, _ flags: CommandFlags = [], scope: CommandScope = .control, help: String,
        _ body: @escaping (Subject) throws(CommandFault) -> Void
    ) {
        map.define(name, on: target, .void, flags: flags, scope: scope, help: help) {
            [subject] (context, _) throws(CommandFault) in
            try body(try subject(context))
            return .none
        }
    }

    /// A setter with one number that answers nothing.
    func setNumber(
        _ name: String, _ flags: CommandFlags = [], unit: CommandUnit = .none, scope: CommandScope = .control,
        help: String, _ body: @escaping (Subject, Int64) throws(CommandFault) -> Void
    ) {
        map.define(
            name, on: target, [.value("value", unit: unit)], .void, flags: flags, scope: scope, help: "set: " + help
        ) {
            [subject] (context, arguments) throws(CommandFault) in
            try body(try subject(context), try arguments.onlyInteger(unit: unit))
            return .none
        }
    }

    /// A setter with one number that answers it.
    func setVariable(
        _ name: String, _ flags: CommandFlags = [], help: String,
        _ body: @escaping (Subject, Int64) throws(CommandFault) -> Void
    ) {
        map.define(name, on: target, [.value("value")], .value, flags: flags, scope: .control, help: "set: " + help) {
            [subject] (context, arguments) throws(CommandFault) in
            let number = try arguments.onlyInteger()
            try body(try subject(context), number)
            return .integer(number)
        }
    }

    /// A setter with one text that answers nothing.
    func setText(
        _ name: String, _ flags: CommandFlags = [], scope: CommandScope = .control, help: String,
        _ body: @escaping (Subject, [UInt8]) throws(CommandFault) -> Void
    ) {
        map.define(name, on: target, [.string("text")], .void, flags: flags, scope: scope, help: "set: " + help) {
            [subject] (context, arguments) throws(CommandFault) in
            try body(try subject(context), try arguments.onlyString())
            return .none
        }
    }
}
