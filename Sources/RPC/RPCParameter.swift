package import Commands

/// A parameter as a client wrote it, before it is known whether its type is welcome.
package indirect enum RPCParameter: Hashable, Sendable {
    case integer(Int64)
    /// Text, and also base64: both are bytes to commands.
    case string([UInt8])
    case boolean(Bool)
    case double
    case null
    case date
    case array([RPCParameter])
    case structure([Member])

    package struct Member: Hashable, Sendable {
        package var name: [UInt8]
        package var value: RPCParameter

        package init(name: [UInt8], value: RPCParameter) {
            self.name = name
            self.value = value
        }
    }

    /// The value for a command.
    ///
    /// - Throws: -501 `Unsupported type found.` for what rTorrent does not take over XML-RPC.
    package func value() throws(CommandFault) -> Value {
        switch self {
        case .integer(let number): return .integer(number)
        case .string(let bytes): return .string(bytes)
        case .array(let elements):
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for element in elements { values.append(try element.value()) }
            return .list(values)
        case .boolean, .double, .null, .date, .structure: throw .unsupportedType
        }
    }

    /// xmlrpc-c's number for the type, which some of its faults name.
    var typeNumber: Int {
        switch self {
        case .integer: 0
        case .boolean: 1
        case .double: 2
        case .date: 3
        case .string: 4
        case .array: 6
        case .structure: 7
        case .null: 9
        }
    }

    /// xmlrpc-c's name for the type.
    var typeName: String {
        switch self {
        case .integer: "INT"
        case .boolean: "BOOL"
        case .double: "DOUBLE"
        case .date: "DATETIME"
        case .string: "STRING"
        case .array: "ARRAY"
        case .structure: "STRUCT"
        case .null: "NIL"
        }
    }

    subscript(member: StaticString) -> RPCParameter? {
        guard case .structure(let members) = self else { return nil }
        let name = UnsafeBufferPointer(start: member.utf8Start, count: member.utf8CodeUnitCount)
        return members.first { $0.name.elementsEqual(name) }?.value
    }
}

extension CommandFault {
    static let unsupportedType = CommandFault(.type, "Unsupported type found.")
}

/// What goes back: a command's value, or one of the few answers that have types of their own.
package indirect enum RPCResult: Hashable, Sendable {
    case value(Value)
    case boolean(Bool)
    /// `<i4>`: fault codes and capabilities.
    case integer32(Int32)
    case array([RPCResult])
    /// Members in this order.
    case structure([(name: String, value: RPCResult)])
}

extension RPCResult {
    /// The structure that stands for a fault in the list of a multicall.
    static func fault(_ fault: CommandFault) -> RPCResult {
        .structure([("faultCode", .integer32(fault.code.rawValue)), ("faultString", .value(.text(fault.message)))])
    }

    package static func == (left: RPCResult, right: RPCResult) -> Bool {
        switch (left, right) {
        case (.value(let left), .value(let right)): left == right
        case (.boolean(let left), .boolean(let right)): left == right
        case (.integer32(let left), .integer32(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.structure(let left), .structure(let right)):
            left.map(\.name) == right.map(\.name) && left.map(\.value) == right.map(\.value)
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        if case .value(let value) = self { hasher.combine(value) }
    }
}
