extension Value {
    /// Appends the value as text, the way `cat` does: lists flattened, numbers in decimal, nothing as nothing.
    ///
    /// - Throws: `Invalid type.` for a map or a command that was not run.
    package func appendText(to bytes: inout [UInt8], depth: Int = 0) throws(CommandFault) {
        switch self {
        case .none: break
        case .integer(let number): IntegerText.append(number, to: &bytes)
        case .string(let string): bytes.append(contentsOf: string)
        case .list(let values):
            guard depth < CommandLimits.valueDepth else { throw .tooDeep }
            for value in values { try value.appendText(to: &bytes, depth: depth + 1) }
        case .map, .command: throw .input("Invalid type.")
        }
    }

    /// The value as text, as `cat` would render it.
    package func rendered() throws(CommandFault) -> [UInt8] {
        if case .string(let bytes) = self { return bytes }
        var bytes: [UInt8] = []
        try appendText(to: &bytes)
        return bytes
    }
}

extension Value: CustomStringConvertible {
    /// For people: logs, `swarm check`, test failures.
    package var description: String {
        switch self {
        case .none: "nothing"
        case .integer(let number): String(number)
        case .string(let bytes): "\"" + String(decoding: bytes, as: UTF8.self) + "\""
        case .list(let values): "{" + values.map(\.description).joined(separator: ", ") + "}"
        case .map(let map):
            "{"
                + map.entries.map { String(decoding: $0.key, as: UTF8.self) + ": " + $0.value.description }
                .joined(separator: ", ") + "}"
        case .command(let command): command.description
        }
    }
}
