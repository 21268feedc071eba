import Commands

/// Writes results as JSON on one line: Flood cuts an answer at its last newline.
enum JSONWriter {
    static func append(_ result: RPCResult, to sink: inout ByteSink, depth: Int = 0) throws(CommandFault) {
        switch result {
        case .value(let value): try append(value, to: &sink, depth: depth)
        case .boolean(let isTrue): sink.append(isTrue ? "true" : "false")
        case .integer32(let number): sink.append(Int64(number))
        case .array(let elements):
            sink.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { sink.append(UInt8(ascii: ",")) }
                try append(element, to: &sink, depth: depth + 1)
            }
            sink.append(UInt8(ascii: "]"))
        case .structure(let members):
            sink.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { sink.append(UInt8(ascii: ",")) }
                appendText([UInt8](member.name.utf8), to: &sink)
                sink.append(UInt8(ascii: ":"))
                try append(member.value, to: &sink, depth: depth + 1)
            }
            sink.append(UInt8(ascii: "}"))
        }
    }

    /// Nothing is written as 0, as over XML-RPC.
    static func append(_ value: Value, to sink: inout ByteSink, depth: Int = 0) throws(CommandFault) {
        switch value {
        case .none: sink.append(UInt8(ascii: "0"))
        case .integer(let number): sink.append(number)
        case .string(let bytes): appendText(bytes, to: &sink)
        case .list(let values): try appendArray(values, to: &sink, depth: depth)
        case .command(let command): try appendArray(command.listed, to: &sink, depth: depth)
        case .map(let map):
            guard depth < CommandLimits.valueDepth else { throw .tooDeep }
            sink.append(UInt8(ascii: "{"))
            for (index, entry) in map.entries.enumerated() {
                if index > 0 { sink.append(UInt8(ascii: ",")) }
                appendText(entry.key, to: &sink)
                sink.append(UInt8(ascii: ":"))
                try append(entry.value, to: &sink, depth: depth + 1)
            }
            sink.append(UInt8(ascii: "}"))
        }
    }

    private static func appendArray(_ values: [Value], to sink: inout ByteSink, depth: Int) throws(CommandFault) {
        guard depth < CommandLimits.valueDepth else { throw .tooDeep }
        sink.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { sink.append(UInt8(ascii: ",")) }
            try append(value, to: &sink, depth: depth + 1)
        }
        sink.append(UInt8(ascii: "]"))
    }

    /// Bytes that are no UTF-8 become `?` one by one, the whole text then read as bytes, as over XML-RPC.
    static func appendText(_ bytes: [UInt8], to sink: inout ByteSink) {
        sink.append(UInt8(ascii: "\""))
        bytes.withUnsafeBufferPointer { bytes in
            if UTF8Text.isPlain(bytes, without: UInt8(ascii: "\""), UInt8(ascii: "\\"), 0) {
                sink.append(bytes)
                return
            }
            let isValid = UTF8Text.isValid(bytes)
            for byte in bytes {
                switch byte {
                case UInt8(ascii: "\""): sink.append("\\\"")
                case UInt8(ascii: "\\"): sink.append("\\\\")
                case 0x0A: sink.append("\\n")
                case 0x0D: sink.append("\\r")
                case 0x09: sink.append("\\t")
                case 0..<0x20:
                    sink.append(byte < 0x10 ? "\\u000" : "\\u001")
                    sink.append((byte & 15) < 10 ? 48 + (byte & 15) : 87 + (byte & 15))
                case 0x80...0xFF where !isValid: sink.append(UInt8(ascii: "?"))
                default: sink.append(byte)
                }
            }
        }
        sink.append(UInt8(ascii: "\""))
    }
}
