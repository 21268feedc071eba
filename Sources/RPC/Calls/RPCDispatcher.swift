package import Commands

/// The kind of document a request holds.
package enum RPCFormat: Sendable {
    case xml, json

    package var contentType: String { self == .xml ? "text/xml" : "application/json" }
}

/// An answer, ready to be sent.
package struct RPCReply: Sendable {
    package var format: RPCFormat
    /// Empty for notifications.
    package var body: RPCBody
}

/// From the bytes of a request to the bytes of its answer: decodes, calls, encodes. Knows no sockets.
///
/// Put together on the loop that owns the interpreter:
///
/// ```swift
/// let dispatcher = RPCDispatcher(interpreter: interpreter, targets: downloads)
/// let bound = NIOLoopBound(dispatcher, eventLoop: controlLoop)
/// let server = SCGIServer(eventLoop: controlLoop, log: logLine) { request, address in
///     let caller = Caller(scope: scope(of: address), isUntrusted: request.isUntrusted, setting: "network.scgi.open_port")
///     return bound.value.respond(to: request.body, contentType: request.contentType, caller: caller)
/// }
/// try await server.listen(on: .local(path: path, mode: 0o600))
/// ```
///
/// `/RPC2` over HTTP needs no more than `respond(to:contentType:caller:)`.
///
/// Belongs to the loop of its interpreter. A fault in a part of an answer is a fault of the whole, never half an answer.
package final class RPCDispatcher {
    package let interpreter: Interpreter
    let targets: any TargetResolver
    /// `network.xmlrpc.size_limit`: larger XML requests fault.
    package var sizeLimit = 16 << 20
    package var dialect = XMLRPCDialect.i8
    package var isXMLEnabled = true
    package var isJSONEnabled = true
    /// A bit more than the last answer: front ends ask the same again and again.
    var expectedLength = 0

    package init(interpreter: Interpreter, targets: any TargetResolver) {
        self.interpreter = interpreter
        self.targets = targets
    }

    /// Answers a request of either kind.
    ///
    /// - Parameter contentType: as the client named it; nil, or anything that is neither XML nor JSON, lets the first byte decide, since
    ///   0.9.8 never looked at it and clients send what they like.
    package func respond(to body: [UInt8], contentType: String?, caller: Caller) -> RPCReply {
        switch Self.format(of: body, contentType: contentType) {
        case .xml: RPCReply(format: .xml, body: respondXML(to: body, caller: caller))
        case .json: RPCReply(format: .json, body: respondJSON(to: body, caller: caller))
        }
    }

    package static func format(of body: [UInt8], contentType: String?) -> RPCFormat {
        switch contentType?.prefix(while: { $0 != ";" && $0 != " " }).lowercased() {
        case "application/json": return .json
        case "text/xml", "application/xml": return .xml
        default:
            let first = body.first { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
            return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .json : .xml
        }
    }

    // MARK: - XML-RPC

    private func respondXML(to body: [UInt8], caller: Caller) -> RPCBody {
        let encoder = XMLRPCEncoder(dialect: dialect)
        do throws(CommandFault) {
            guard isXMLEnabled else { throw CommandFault(.type, "XML-RPC not supported") }
            guard body.count <= sizeLimit else {
                throw .improperCall("XML-RPC request too large.  Max allowed is \(sizeLimit) bytes")
            }
            let call = try XMLRPCDecoder.decodeCall(body)
            // The dialect may change with the call: what it is afterwards counts, as in rTorrent.
            let result = try self.call(call, caller: caller)
            let answer = XMLRPCEncoder(dialect: dialect).response(result, capacity: expectedLength)
            expectedLength = answer.count + answer.count / 16
            return answer
        } catch {
            return encoder.fault(error)
        }
    }

    /// Makes a call that came as XML-RPC; introspection and `system.multicall` included.
    func call(_ call: RPCCall, caller: Caller) throws(CommandFault) -> RPCResult {
        if call.method == "system.multicall" { return try multicall(call.parameters, caller: caller) }
        if let result = try introspect(call) { return result }
        // xmlrpc-c looks for the method before it looks at the parameters.
        try checkExists(call.method)
        var values: [Value] = []
        for parameter in call.parameters { values.append(try parameter.value()) }
        return .value(try interpreter.callRemotely(call.method, values, targets: targets, caller: caller))
    }

    private func checkExists(_ method: String) throws(CommandFault) {
        guard let command = interpreter.map[method], !command.flags.contains(.isPrivate) else {
            throw CommandFault(.noSuchMethod, "Method '\(method)' not defined")
        }
    }
}
