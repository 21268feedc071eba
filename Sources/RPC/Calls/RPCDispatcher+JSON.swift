import Commands

/// The codes of JSON-RPC 2.0, as 0.16 uses them.
private enum JSONRPCCode {
    static let notJSON = -32_700
    static let invalidRequest = -32_600
    static let noSuchMethod = -32_601
    static let invalidParameters = -32_602
    static let other = -32_000
}

private struct JSONRPCError: Error {
    let code: Int
    let message: String
}

extension RPCDispatcher {
    /// Answers JSON-RPC 2.0 on one line; an empty body for notifications.
    func respondJSON(to body: [UInt8], caller: Caller) -> RPCBody {
        var sink = ByteSink(capacity: expectedLength)
        do throws(JSONRPCError) {
            guard isJSONEnabled else {
                throw JSONRPCError(code: JSONRPCCode.noSuchMethod, message: "JSON-RPC not supported")
            }
            let message = try Self.parse(body)
            switch message {
            case .structure: answer(message, caller: caller, into: &sink)
            case .array(let batch): try answer(batch, caller: caller, into: &sink)
            default:
                throw JSONRPCError(
                    code: JSONRPCCode.notJSON, message: "message type \(message.typeName.lowercased()) unsupported")
            }
        } catch {
            Self.append(error, id: .null, to: &sink)
        }
        expectedLength = sink.count + sink.count / 16
        return sink.finish()
    }

    private static func parse(_ body: [UInt8]) throws(JSONRPCError) -> RPCParameter {
        do throws(JSONFault) {
            return try body.withUnsafeBufferPointer { (bytes) throws(JSONFault) in try JSONParser.parse(bytes) }
        } catch {
            throw JSONRPCError(code: JSONRPCCode.notJSON, message: "\(error.reason) at byte \(error.offset)")
        }
    }

    private func answer(_ batch: [RPCParameter], caller: Caller, into sink: inout ByteSink) throws(JSONRPCError) {
        guard !batch.isEmpty else {
            throw JSONRPCError(code: JSONRPCCode.invalidRequest, message: "invalid request: empty batch")
        }
        sink.append(UInt8(ascii: "["))
        let empty = sink.count
        for request in batch {
            let before = sink.count
            if before > empty { sink.append(UInt8(ascii: ",")) }
            let start = sink.count
            answer(request, caller: caller, into: &sink)
            if sink.count == start { sink.truncate(to: before) }
        }
        if sink.count == empty { sink.truncate(to: 0) } else { sink.append(UInt8(ascii: "]")) }
    }

    /// One request; writes nothing if it is a notification. An `id` of null is an id here: Flood waits for that answer.
    private func answer(_ request: RPCParameter, caller: Caller, into sink: inout ByteSink) {
        let id = request["id"]
        let start = sink.count
        do throws(JSONRPCError) {
            try Self.check(id)
            let result = try result(of: request, caller: caller)
            guard let id else { return }
            sink.append("{\"jsonrpc\":\"2.0\",\"result\":")
            do throws(CommandFault) {
                try JSONWriter.append(result, to: &sink)
            } catch {
                throw JSONRPCError(code: JSONRPCCode.other, message: error.message)
            }
            sink.append(",\"id\":")
            Self.append(id, to: &sink)
            sink.append(UInt8(ascii: "}"))
        } catch {
            sink.truncate(to: start)
            if case .structure = request, id == nil { return }
            Self.append(error, id: id ?? .null, to: &sink)
        }
    }

    private static func check(_ id: RPCParameter?) throws(JSONRPCError) {
        switch id {
        case nil, .integer, .string, .null, .double: return
        case .some(let other):
            throw JSONRPCError(
                code: JSONRPCCode.invalidRequest, message: "request id is invalid type \(other.typeName.lowercased())")
        }
    }

    private func result(of request: RPCParameter, caller: Caller) throws(JSONRPCError) -> RPCResult {
        guard case .string(let name)? = request["method"] else {
            throw JSONRPCError(code: JSONRPCCode.invalidRequest, message: "method string not present")
        }
        let method = String(decoding: name, as: UTF8.self)
        let parameters: [RPCParameter]
        switch request["params"] {
        case nil, .null: parameters = []
        case .array(let list): parameters = list
        case .structure:
            throw JSONRPCError(
                code: JSONRPCCode.invalidParameters,
                message: "invalid parameter: procedure named parameter not supported")
        default:
            throw JSONRPCError(
                code: JSONRPCCode.invalidRequest, message: "invalid request: params field must be an array")
        }
        do throws(CommandFault) {
            if let result = try introspect(RPCCall(method: method, parameters: parameters)) { return result }
            var values: [Value] = []
            for parameter in parameters { values.append(try parameter.jsonValue()) }
            return .value(try interpreter.callRemotely(method, values, targets: targets, caller: caller))
        } catch {
            throw Self.error(error, method)
        }
    }

    private static func error(_ fault: CommandFault, _ method: String) -> JSONRPCError {
        switch fault.code {
        case .noSuchMethod: JSONRPCError(code: JSONRPCCode.noSuchMethod, message: "method not found: \(method)")
        case .refused: JSONRPCError(code: JSONRPCCode.noSuchMethod, message: fault.message)
        case .limit: JSONRPCError(code: JSONRPCCode.other, message: fault.message)
        default: JSONRPCError(code: JSONRPCCode.invalidParameters, message: fault.message)
        }
    }

    private static func append(_ error: JSONRPCError, id: RPCParameter, to sink: inout ByteSink) {
        sink.append("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":")
        sink.append(Int64(error.code))
        sink.append(",\"message\":")
        JSONWriter.appendText([UInt8](error.message.utf8), to: &sink)
        sink.append("},\"id\":")
        append(id, to: &sink)
        sink.append(UInt8(ascii: "}"))
    }

    private static func append(_ id: RPCParameter, to sink: inout ByteSink) {
        switch id {
        case .integer(let number): sink.append(number)
        case .string(let text): JSONWriter.appendText(text, to: &sink)
        default: sink.append("null")
        }
    }
}

extension RPCParameter {
    /// The value for a command, by JSON-RPC's rules: true and false are 1 and 0, objects are maps; fractions and null are refused.
    func jsonValue() throws(CommandFault) -> Value {
        switch self {
        case .boolean(let isTrue): return .bool(isTrue)
        case .array(let elements):
            var values: [Value] = []
            for element in elements { values.append(try element.jsonValue()) }
            return .list(values)
        case .structure(let members):
            var entries: [ValueMap.Entry] = []
            for member in members { entries.append(.init(key: member.name, value: try member.value.jsonValue())) }
            return .map(ValueMap(entries))
        default: return try value()
        }
    }
}
