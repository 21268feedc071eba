import CLibXML2
import Commands

/// Puts a call or a response together from the events of the parser.
final class XMLRPCBuilder {
    enum Element: Equatable {
        case methodCall, methodResponse, methodName, params, param, fault, value, array, data, structure, member, name
        case scalar(Scalar)
    }

    enum Scalar: Equatable {
        case integer, string, base64, boolean, double, null, date
    }

    /// A value that is not yet complete: what its children gave so far.
    private struct Open {
        var result: RPCParameter?
        var elements: [RPCParameter] = []
        var members: [RPCParameter.Member] = []
        var memberName: [UInt8]?
    }

    struct ParserError {
        var code: Int32 = 0
        var message = "not well-formed"
    }

    private(set) var methodName: [UInt8]?
    private(set) var parameters: [RPCParameter] = []
    private(set) var fault: RPCParameter?
    private(set) var error: CommandFault?
    private(set) var firstParserError = ParserError()

    private let root: Element
    private let parser: xmlParserCtxtPtr
    private var path: [Element] = []
    private var open: [Open] = []
    private var text: [UInt8] = []
    private var valueCount = 0

    init(root: Element, parser: xmlParserCtxtPtr) {
        self.root = root
        self.parser = parser
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> XMLRPCBuilder? {
        context.map { Unmanaged<XMLRPCBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Ends parsing with a fault; the first one counts.
    func stop(_ fault: CommandFault) {
        if error == nil { error = fault }
        xmlStopParser(parser)
    }

    func note(code: Int32, message: UnsafePointer<CChar>?) {
        guard firstParserError.code == 0 else { return }
        let text = message.map { String(cString: $0) } ?? "not well-formed"
        firstParserError = ParserError(code: code, message: text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }

    // MARK: - Events

    func start(_ name: UnsafePointer<xmlChar>?) {
        guard error == nil, let name else { return }
        let bytes = UnsafeBufferPointer(start: name, count: Int(xmlStrlen(name)))
        do throws(CommandFault) {
            let element = try child(String(decoding: bytes, as: UTF8.self))
            if case .scalar = element { text.removeAll(keepingCapacity: true) }
            switch element {
            case .value:
                valueCount += 1
                guard valueCount <= XMLRPCDecoder.mostValues else { throw CommandFault(.limit, "Too many values.") }
                guard open.count < 2 * XMLRPCDecoder.deepestValue else {
                    throw CommandFault(.limit, "Values are nested too deeply.")
                }
                open.append(Open())
                text.removeAll(keepingCapacity: true)
            case .name, .methodName: text.removeAll(keepingCapacity: true)
            case .member: open[open.count - 1].memberName = nil
            default: break
            }
            path.append(element)
        } catch {
            stop(error)
        }
    }

    func characters(_ characters: UnsafeBufferPointer<UInt8>) {
        guard error == nil else { return }
        switch path.last {
        case .scalar, .name, .methodName: text.append(contentsOf: characters)
        case .value where open.last?.result == nil: text.append(contentsOf: characters)
        default: break
        }
    }

    func end() {
        guard error == nil, let element = path.popLast() else { return }
        do throws(CommandFault) {
            switch element {
            case .methodName: methodName = text
            case .name: open[open.count - 1].memberName = text
            case .scalar(let scalar): open[open.count - 1].result = try decode(scalar)
            case .array: open[open.count - 1].result = .array(open[open.count - 1].elements)
            case .structure: open[open.count - 1].result = .structure(open[open.count - 1].members)
            case .value: deliver((open.popLast()?.result) ?? .string(text))
            default: break
            }
        } catch {
            stop(error)
        }
    }

    private func deliver(_ value: RPCParameter) {
        switch path.last {
        case .param: parameters.append(value)
        case .fault: fault = value
        case .data: open[open.count - 1].elements.append(value)
        case .member:
            open[open.count - 1].members.append(.init(name: open[open.count - 1].memberName ?? [], value: value))
        default: break
        }
    }

    // MARK: - Grammar

    /// What an element of that name is where it stands.
    private func child(_ name: String) throws(CommandFault) -> Element {
        switch path.last {
        case nil:
            if root == .methodCall, name == "methodCall" { return .methodCall }
            if root == .methodResponse, name == "methodResponse" { return .methodResponse }
            throw .improperCall(
                "XML-RPC call should be a <methodCall> element.  Instead, we have a <\(name)> element.")
        case .methodCall:
            if name == "methodName" { return .methodName }
            if name == "params" { return .params }
            throw .improperCall("Expected <methodCall> to have child <params>")
        case .methodResponse:
            if name == "params" { return .params }
            if name == "fault" { return .fault }
            throw .improperCall("Expected <methodResponse> to have child <params> or <fault>")
        case .params:
            if name == "param" { return .param }
            throw .improperCall("Expected element of type <param>, found <\(name)>")
        case .param, .fault:
            if name == "value" { return .value }
            throw .improperCall("Expected element of type <value>, found <\(name)>")
        case .value: return try type(name)
        case .array:
            if name == "data" { return .data }
            throw .improperCall("<array> element has <\(name)> child.  Only <data> makes sense.")
        case .data:
            if name == "value" { return .value }
            throw .improperCall("<data> element has <\(name)> child.  Only <value> makes sense.")
        case .structure:
            if name == "member" { return .member }
            throw .improperCall("<\(name)> element found where only <member> makes sense")
        case .member:
            if name == "name" { return .name }
            if name == "value" { return .value }
            throw .improperCall("<member> element has <\(name)> child.  Only one <name> and one <value> make sense.")
        case .methodName:
            throw .improperCall("A <methodName> element should not have children.  This one has 1 of them.")
        case .scalar, .name:
            throw .improperCall(
                "The child of a <value> element is neither <array> nor <struct>, but has 1 child elements of its own.")
        }
    }

    private func type(_ name: String) throws(CommandFault) -> Element {
        if open.last?.result != nil {
            throw .improperCall("<value> has 2 child elements.  Only zero or one make sense.")
        }
        switch name {
        case "string": return .scalar(.string)
        case "i8", "i4", "int", "i1", "i2": return .scalar(.integer)
        case "base64": return .scalar(.base64)
        case "array": return .array
        case "struct": return .structure
        case "boolean": return .scalar(.boolean)
        case "double": return .scalar(.double)
        case "nil": return .scalar(.null)
        case "dateTime.iso8601": return .scalar(.date)
        default: throw .improperCall("Unknown value type -- XML element is named <\(name)>")
        }
    }

    private func decode(_ scalar: Scalar) throws(CommandFault) -> RPCParameter {
        switch scalar {
        case .string: return .string(text)
        case .integer:
            let digits = trimmed(text)
            guard let (number, end) = IntegerText.prefix(digits, base: 10), end == digits.count else {
                let found = String(decoding: text.prefix(40), as: UTF8.self)
                throw .improperCall("<int> value '\(found)' contains non-numerical junk: '\(found)'")
            }
            return .integer(number)
        case .base64:
            guard let bytes = Base64.decode(text) else { throw .improperCall("Incorrect Base64 padding") }
            return .string(bytes)
        case .boolean:
            switch trimmed(text) {
            case [UInt8(ascii: "0")]: return .boolean(false)
            case [UInt8(ascii: "1")]: return .boolean(true)
            default:
                let found = String(decoding: text.prefix(40), as: UTF8.self)
                throw .improperCall(
                    "<boolean> XML element content must be either '0' or '1' according to XML-RPC.  This one has '\(found)'"
                )
            }
        case .double: return .double
        case .null: return .null
        case .date: return .date
        }
    }

    private func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(bytes[first...last])
    }
}
