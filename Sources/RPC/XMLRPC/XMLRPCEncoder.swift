package import Commands

/// Which tags 64-bit numbers get: `network.xmlrpc.dialect.set`.
package enum XMLRPCDialect: String, Sendable, CaseIterable {
    case i8
    /// `<ex:i8>` with Apache's name space.
    case apache
    /// Numbers cannot be written at all, as in 0.9.8.
    case generic
}

/// Writes XML-RPC as rTorrent 0.9.8 (xmlrpc-c) does, byte for byte.
///
/// Numbers are `<i8>`, nothing is `<i4>0</i4>`. Text that is not valid UTF-8 has each byte from 0x80 and each control character
/// replaced by `?`. Two things differ: control characters become `?` in valid text as well, since no XML parser takes them,
/// and characters beyond U+FFFF are sent, where xmlrpc-c takes them for malformed.
package struct XMLRPCEncoder: Sendable {
    package var dialect: XMLRPCDialect

    package init(dialect: XMLRPCDialect = .i8) { self.dialect = dialect }

    /// A `methodResponse`; a fault instead where the dialect has no word for a part of it.
    ///
    /// - Parameter capacity: a guess at its length.
    package func response(_ result: RPCResult, capacity: Int = 0) -> RPCBody {
        var sink = ByteSink(capacity: capacity)
        do throws(CommandFault) {
            begin(&sink)
            sink.append("<params>\r\n<param><value>")
            try append(result, to: &sink, depth: 0)
            sink.append("</value></param>\r\n</params>\r\n</methodResponse>\r\n")
        } catch {
            return fault(error)
        }
        return sink.finish()
    }

    package func fault(_ fault: CommandFault) -> RPCBody {
        var sink = ByteSink()
        begin(&sink)
        sink.append("<fault>\r\n<value>")
        // Nothing in a fault can fault.
        try? append(.fault(fault), to: &sink, depth: 0)
        sink.append("</value>\r\n</fault>\r\n</methodResponse>\r\n")
        return sink.finish()
    }

    /// A `methodCall`, for clients. A parameter that XML cannot carry as text, such as a torrent file, goes as base64.
    package func call(_ method: String, _ parameters: [Value]) throws(CommandFault) -> [UInt8] {
        var sink = ByteSink()
        sink.append("<?xml version=\"1.0\"?>\r\n<methodCall>\r\n<methodName>")
        appendText([UInt8](method.utf8), to: &sink)
        sink.append("</methodName>\r\n<params>\r\n")
        for parameter in parameters {
            sink.append("<param><value>")
            if case .string(let bytes) = parameter, !Self.isText(bytes) {
                sink.append("<base64>")
                Base64.encode(bytes).withUnsafeBufferPointer { sink.append($0) }
                sink.append("</base64>")
            } else {
                try append(.value(parameter), to: &sink, depth: 0)
            }
            sink.append("</value></param>\r\n")
        }
        sink.append("</params>\r\n</methodCall>\r\n")
        return sink.finish().bytes
    }

    /// Whether a reader of the XML gets these very bytes. CR is not among them: readers make LF of it.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            UTF8Text.isValid(bytes) && bytes.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A }
        }
    }

    private func begin(_ sink: inout ByteSink) {
        sink.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<methodResponse")
        if dialect == .apache { sink.append(" xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"") }
        sink.append(">\r\n")
    }

    private func append(_ result: RPCResult, to sink: inout ByteSink, depth: Int) throws(CommandFault) {
        switch result {
        case .value(let value): try append(value, to: &sink, depth: depth)
        case .boolean(let isTrue): sink.append(isTrue ? "<boolean>1</boolean>" : "<boolean>0</boolean>")
        case .integer32(let number):
            sink.append("<i4>")
            sink.append(Int64(number))
            sink.append("</i4>")
        case .array(let elements):
            sink.append("<array><data>\r\n")
            for element in elements {
                sink.append("<value>")
                try append(element, to: &sink, depth: depth + 1)
                sink.append("</value>\r\n")
            }
            sink.append("</data></array>")
        case .structure(let members):
            sink.append("<struct>\r\n")
            for member in members {
                beginMember([UInt8](member.name.utf8), &sink)
                try append(member.value, to: &sink, depth: depth + 1)
                sink.append("</value></member>\r\n")
            }
            sink.append("</struct>")
        }
    }

    private func append(_ value: Value, to sink: inout ByteSink, depth: Int) throws(CommandFault) {
        switch value {
        case .none: sink.append("<i4>0</i4>")
        case .integer(let number): try appendNumber(number, to: &sink)
        case .string(let bytes):
            sink.append("<string>")
            appendText(bytes, to: &sink)
            sink.append("</string>")
        case .list(let values): try appendArray(values, to: &sink, depth: depth)
        case .map(let map):
            guard depth < CommandLimits.valueDepth else { throw .tooDeep }
            sink.append("<struct>\r\n")
            for entry in map.entries {
                beginMember(entry.key, &sink)
                try append(entry.value, to: &sink, depth: depth + 1)
                sink.append("</value></member>\r\n")
            }
            sink.append("</struct>")
        case .command(let command): try appendArray(command.listed, to: &sink, depth: depth)
        }
    }

    private func appendArray(_ values: [Value], to sink: inout ByteSink, depth: Int) throws(CommandFault) {
        guard depth < CommandLimits.valueDepth else { throw .tooDeep }
        sink.append("<array><data>\r\n")
        for value in values {
            // Nearly all cells of a list are one of these two: one look, and no call.
            switch value {
            case .integer(let number) where dialect == .i8:
                sink.append("<value><i8>")
                sink.append(number)
                sink.append("</i8></value>\r\n")
            case .string(let bytes):
                sink.append("<value><string>")
                appendText(bytes, to: &sink)
                sink.append("</string></value>\r\n")
            default:
                sink.append("<value>")
                try append(value, to: &sink, depth: depth + 1)
                sink.append("</value>\r\n")
            }
        }
        sink.append("</data></array>")
    }

    private func beginMember(_ name: [UInt8], _ sink: inout ByteSink) {
        sink.append("<member><name>")
        appendText(name, to: &sink)
        sink.append("</name>\r\n<value>")
    }

    private func appendNumber(_ number: Int64, to sink: inout ByteSink) throws(CommandFault) {
        switch dialect {
        case .i8:
            sink.append("<i8>")
            sink.append(number)
            sink.append("</i8>")
        case .apache:
            sink.append("<ex:i8>")
            sink.append(number)
            sink.append("</ex:i8>")
        case .generic: throw .input("Wrong object type.")
        }
    }

    private func appendText(_ bytes: [UInt8], to sink: inout ByteSink) {
        bytes.withUnsafeBufferPointer { bytes in
            if UTF8Text.isPlain(bytes, without: UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">")) {
                sink.append(bytes)
                return
            }
            let isValid = UTF8Text.isValid(bytes)
            var start = 0
            func flush(_ end: Int, _ sink: inout ByteSink) {
                sink.append(UnsafeBufferPointer(rebasing: bytes[start..<end]))
                start = end + 1
            }
            for index in bytes.indices {
                let byte = bytes[index]
                // Nearly all bytes leave here.
                if byte > UInt8(ascii: ">") && (byte < 0x80 || isValid) { continue }
                switch byte {
                case UInt8(ascii: "&"):
                    flush(index, &sink)
                    sink.append("&amp;")
                case UInt8(ascii: "<"):
                    flush(index, &sink)
                    sink.append("&lt;")
                case UInt8(ascii: ">"):
                    flush(index, &sink)
                    sink.append("&gt;")
                // Readers make one line end of these two; so does xmlrpc-c.
                case 0x0D where index + 1 < bytes.count && bytes[index + 1] == 0x0A: flush(index, &sink)
                case 0x09, 0x0A, 0x0D: break
                case 0..<0x20, 0x80...0xFF:
                    flush(index, &sink)
                    sink.append(UInt8(ascii: "?"))
                default: break
                }
            }
            flush(bytes.count, &sink)
        }
    }
}
