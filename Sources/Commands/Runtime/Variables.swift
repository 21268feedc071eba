/// What a variable starts with, and thereby of what kind it is.
package enum VariableDefault {
    case value(Int64, unit: CommandUnit = .none)
    case bool(Bool)
    case string(String)
    case list([Value])

    var kind: Variable.Kind {
        switch self {
        case .value: .value
        case .bool: .bool
        case .string: .string
        case .list: .list
        }
    }

    var value: Value {
        switch self {
        case .value(let number, _): .integer(number)
        case .bool(let isTrue): .bool(isTrue)
        case .string(let text): .text(text)
        case .list(let values): .list(values)
        }
    }

    var unit: CommandUnit { if case .value(_, let unit) = self { unit } else { .none } }
}

extension CommandMap {
    /// Looks at a new value of a variable, which then takes what is returned; throws to refuse it.
    package typealias VariableObserver = (CommandContext, Value) throws(CommandFault) -> Value

    /// Defines a setting: `NAME` answers its value, `NAME.set` changes it and answers the new one.
    ///
    /// - Parameters:
    ///   - flags: those of the getter; the setter is never safe for untrusted callers unless `setterFlags` says so.
    ///   - scope: who may set it.
    ///   - isSilent: the setter answers nothing (`<i4>0</i4>`), as where rTorrent has a function and no variable.
    ///   - willSet: check, adjust or pass on a new value before it is stored.
    @discardableResult
    package func variable(
        _ name: String, _ start: VariableDefault, flags: CommandFlags = [], setterFlags: CommandFlags = [],
        scope: CommandScope = .control, isSilent: Bool = false, help: String, willSet: VariableObserver? = nil
    ) -> Variable {
        let variable = Variable(name: name, kind: start.kind, value: start.value, unit: start.unit)
        insertGetter(variable, flags: flags.union(.isStatic), help: help)
        let promise = flags.intersection([.isNeutral, .isNotYet])
        insertSetter(
            variable, flags: setterFlags.union(promise).union(.isStatic), scope: scope, isSilent: isSilent, help: help,
            willSet: willSet)
        return variable
    }

    /// The value of the variable of that name; `.none` if there is none.
    package func value(of name: String) -> Value {
        guard case .variable(let variable)? = self[name]?.object else { return .none }
        return variable.value
    }

    func insertGetter(_ variable: Variable, flags: CommandFlags, help: String) {
        insert(
            Command(
                name: variable.name, target: .any, parameters: [], result: variable.kind.result, flags: flags,
                scope: .read,
                help: help, object: .variable(variable)
            ) { (_, _) throws(CommandFault) in variable.value })
    }

    func insertSetter(
        _ variable: Variable, flags: CommandFlags, scope: CommandScope, isSilent: Bool = false, help: String,
        willSet: VariableObserver? = nil
    ) {
        let parameter = CommandParameter(
            variable.kind.rawValue, variable.kind.parameter, unit: variable.unit, isVariadic: variable.kind == .list)
        insert(
            Command(
                name: variable.name + ".set", target: .any, parameters: [parameter],
                result: isSilent ? .void : variable.kind.result, flags: flags, scope: scope, help: "set: " + help
            ) { (context, arguments) throws(CommandFault) in
                guard !variable.isConstant else { throw .wrongOrConstant }
                var value = try variable.converted(arguments)
                if let willSet { value = try willSet(context, value) }
                variable.value = value
                return isSilent ? .none : value
            })
    }
}

extension Variable.Kind {
    var result: CommandResult {
        switch self {
        case .value, .bool: .value
        case .string: .string
        case .list: .list
        }
    }

    fileprivate var parameter: CommandParameter.Kind {
        switch self {
        case .value: .value
        case .bool: .bool
        case .string: .string
        case .list: .list
        }
    }
}

extension CommandFault {
    static let wrongOrConstant = CommandFault.input("Object is wrong type or const.")
    static let notModifiable = CommandFault.input("Command is not modifiable.")
    static let keyNotFound = CommandFault.input("Key not found.")
    static let invalidKey = CommandFault.input("Invalid key.")
}
