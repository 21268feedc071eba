/// The arguments of one call, as rTorrent hands them over: nothing, one value, or a list of values.
///
/// `cmd=a` and `cmd={a}` differ only in `value`; every accessor here treats them alike, as rTorrent does.
package struct Arguments {
    /// The arguments as one value: `.none`, the only one, or a list.
    package let value: Value

    package init(_ value: Value) { self.value = value }

    package static var none: Arguments { Arguments(.none) }

    package var count: Int {
        switch value {
        case .none: 0
        case .list(let values): values.count
        default: 1
        }
    }

    /// Whether there is nothing but perhaps the empty string that `cmd=` gives.
    package var isBlank: Bool {
        switch value {
        case .none: true
        case .string(let bytes): bytes.isEmpty
        case .list(let values): values.isEmpty
        default: false
        }
    }

    /// All arguments.
    package var all: [Value] {
        switch value {
        case .none: []
        case .list(let values): values
        default: [value]
        }
    }

    /// The argument at `index`; `.none` behind the last.
    package subscript(index: Int) -> Value {
        switch value {
        case .none: .none
        case .list(let values): values.indices.contains(index) ? values[index] : .none
        default: index == 0 ? value : .none
        }
    }

    /// The arguments from `start` on.
    package func dropping(_ start: Int) -> [Value] { Array(all.dropFirst(start)) }

    // MARK: - Commands with one argument

    /// The only argument of a value command.
    ///
    /// - Throws: `Not a value.` for text that is none, `Wrong object type.` for anything else, several arguments included.
    package func onlyInteger(unit: CommandUnit = .none) throws(CommandFault) -> Int64 {
        switch try only() {
        case .integer(let number): return try Self.scaled(number, unit)
        case .string(let bytes):
            guard let number = IntegerText.parse(bytes, unit: unit.factor) else { throw .notAValue(bytes) }
            return number
        default: throw .wrongObjectType
        }
    }

    /// The only argument of a string command; integers are refused, as rTorrent does.
    package func onlyString() throws(CommandFault) -> [UInt8] {
        guard case .string(let bytes) = try only() else { throw .wrongObjectType }
        return bytes
    }

    /// The only argument, out of its list if it is alone in one.
    package func only() throws(CommandFault) -> Value {
        switch value {
        case .list(let values):
            guard values.count == 1 else { throw .wrongObjectType }
            return values[0]
        default: return value
        }
    }

    // MARK: - Commands with several

    /// Text at `index`. - Throws: `Wrong object type.`, also when there is none.
    package func string(_ index: Int) throws(CommandFault) -> [UInt8] {
        guard case .string(let bytes) = self[index] else { throw .wrongObjectType }
        return bytes
    }

    /// UTF-8 text at `index`, repaired where it is not.
    package func text(_ index: Int) throws(CommandFault) -> String {
        String(decoding: try string(index), as: UTF8.self)
    }

    /// A number at `index`, given as an integer or as text.
    package func integer(_ index: Int, unit: CommandUnit = .none) throws(CommandFault) -> Int64 {
        switch self[index] {
        case .integer(let number): return try Self.scaled(number, unit)
        case .string(let bytes):
            guard let number = IntegerText.parse(bytes, unit: unit.factor) else { throw .noConversion(bytes) }
            return number
        default: throw .wrongObjectType
        }
    }

    /// - Throws: `Invalid argument count.` unless the count lies in `range`.
    package func expect(_ range: ClosedRange<Int>) throws(CommandFault) {
        guard range.contains(count) else { throw .invalidArgumentCount }
    }

    private static func scaled(_ number: Int64, _ unit: CommandUnit) throws(CommandFault) -> Int64 {
        let (product, overflow) = number.multipliedReportingOverflow(by: unit.factor)
        guard !overflow else { throw .input("Not a value.", explanation: "\(number) \(unit.rawValue) is too large") }
        return product
    }
}
