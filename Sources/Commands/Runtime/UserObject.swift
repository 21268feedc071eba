/// What stands behind a name that `method.*` can work on.
package enum UserObject {
    case variable(Variable)
    case function(UserFunction)
    case multi(MultiCommand)
}

/// A value with a name: `method.insert = x, value` and most settings.
package final class Variable {
    package enum Kind: String, Sendable {
        case value, bool, string, list
    }

    package let name: String
    package let kind: Kind
    package internal(set) var value: Value
    package internal(set) var isConstant: Bool
    let unit: CommandUnit

    init(name: String, kind: Kind, value: Value, isConstant: Bool = false, unit: CommandUnit = .none) {
        self.name = name
        self.kind = kind
        self.value = value
        self.isConstant = isConstant
        self.unit = unit
    }

    /// What a setter stores for its arguments.
    func converted(_ arguments: Arguments) throws(CommandFault) -> Value {
        switch kind {
        case .value: return .integer(try arguments.onlyInteger(unit: unit))
        case .bool: return .bool(try arguments.onlyInteger() != 0)
        case .string: return .string(try arguments.onlyString())
        case .list: return .list(arguments.all)
        }
    }
}

/// A method that a user defined: `method.insert = x, simple, …`.
package final class UserFunction {
    package let name: String
    /// A text, a `((call))`, or a list of calls.
    package internal(set) var body: Value
    package internal(set) var isConstant: Bool

    init(name: String, body: Value, isConstant: Bool) {
        self.name = name
        self.body = body
        self.isConstant = isConstant
    }
}

/// Commands under keys, run in byte order of their keys: events, and `method.insert = x, multi`.
package final class MultiCommand {
    package let name: String
    package internal(set) var isConstant = false
    /// Whether `method.rlookup` finds keys in it.
    package let hasReverseLookup: Bool
    package internal(set) var commands = ValueMap()

    init(name: String, hasReverseLookup: Bool) {
        self.name = name
        self.hasReverseLookup = hasReverseLookup
    }
}
