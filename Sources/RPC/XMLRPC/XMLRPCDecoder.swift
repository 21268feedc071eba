import CLibXML2
package import Commands

/// A call as it came in.
package struct RPCCall: Hashable, Sendable {
    package var method: String
    package var parameters: [RPCParameter]

    package init(method: String, parameters: [RPCParameter]) {
        self.method = method
        self.parameters = parameters
    }
}

/// Reads XML-RPC with libxml2's SAX interface: no tree, no DTD, no entities but XML's own five, no network, bounded in depth and count.
///
/// Lenient where clients are: indented documents, no declaration, `<value>` without a type, `params` left out, any name space in front
/// of a type, blanks around numbers. Faults are worded as xmlrpc-c words them, as far as clients may look at them.
package enum XMLRPCDecoder {
    /// Nesting of arrays and structs.
    static let deepestValue = 60
    static let mostValues = 500_000

    /// - Throws: -503 `Call XML not a proper XML-RPC call.  …`
    package static func decodeCall(_ document: UnsafeBufferPointer<UInt8>) throws(CommandFault) -> RPCCall {
        let builder = try build(document, root: .methodCall)
        guard let method = builder.methodName else {
            throw .improperCall("Expected <methodCall> to have child <methodName>")
        }
        return RPCCall(method: String(decoding: method, as: UTF8.self), parameters: builder.parameters)
    }

    package static func decodeCall(_ document: [UInt8]) throws(CommandFault) -> RPCCall {
        try document.withUnsafeBufferPointer { (bytes) throws(CommandFault) in try decodeCall(bytes) }
    }

    /// The result of a call, for clients. - Throws: the fault that the server sent, or -503 for a document that is no response.
    package static func decodeResponse(_ document: [UInt8]) throws(CommandFault) -> RPCParameter {
        let builder = try document.withUnsafeBufferPointer { (bytes) throws(CommandFault) in
            try build(bytes, root: .methodResponse)
        }
        if let fault = builder.fault {
            guard case .integer(let code)? = fault["faultCode"], case .string(let text)? = fault["faultString"] else {
                throw .improperCall("a <fault> without faultCode and faultString")
            }
            throw CommandFault(
                FaultCode(rawValue: Int32(truncatingIfNeeded: code)), String(decoding: text, as: UTF8.self))
        }
        guard let result = builder.parameters.first else { throw .improperCall("a response without a value") }
        return result
    }

    private static let initialized: Void = xmlInitParser()

    private static func build(
        _ document: UnsafeBufferPointer<UInt8>, root: XMLRPCBuilder.Element
    ) throws(CommandFault) -> XMLRPCBuilder {
        _ = initialized
        guard !document.isEmpty, document.count <= Int(Int32.max),
            let parser = xmlCreateMemoryParserCtxt(document.baseAddress, Int32(document.count))
        else { throw .invalidXML("no element found") }
        defer { xmlFreeParserCtxt(parser) }
        let builder = XMLRPCBuilder(root: root, parser: parser)
        // Never NOENT, DTDLOAD, DTDATTR or HUGE: with NOENT an external entity reads local files even under NONET.
        xmlCtxtUseOptions(parser, Int32(bitPattern: XML_PARSE_NONET.rawValue))
        install(in: parser, builder)
        // The parser keeps the builder no longer than this call.
        withExtendedLifetime(builder) { _ = xmlParseDocument(parser) }
        if let error = builder.error { throw error }
        if parser.pointee.wellFormed == 0 {
            throw .invalidXML(description(of: builder.firstParserError, document))
        }
        return builder
    }

    private static func install(in parser: xmlParserCtxtPtr, _ builder: XMLRPCBuilder) {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = { context, name, _, _, _, _, _, _, _ in
            XMLRPCBuilder.of(context)?.start(name)
        }
        handler.endElementNs = { context, _, _, _ in XMLRPCBuilder.of(context)?.end() }
        handler.characters = { context, text, count in
            XMLRPCBuilder.of(context)?.characters(UnsafeBufferPointer(start: text, count: Int(count)))
        }
        handler.cdataBlock = handler.characters
        handler.ignorableWhitespace = handler.characters
        // The parser goes on behind an error and meets more, which mean less. With this set it prints none of them.
        handler.serror = { context, error in
            guard let error else { return }
            XMLRPCBuilder.of(context)?.note(code: error.pointee.code, message: error.pointee.message)
        }
        handler.internalSubset = { context, _, _, _ in
            XMLRPCBuilder.of(context)?.stop(.invalidXML("document type declarations are not allowed"))
        }
        parser.pointee.sax.pointee = handler
        parser.pointee.userData = Unmanaged.passUnretained(builder).toOpaque()
    }

    /// xmlrpc-c's (expat's) words for the commonest errors, libxml2's for the rest.
    private static func description(of error: XMLRPCBuilder.ParserError, _ document: UnsafeBufferPointer<UInt8>)
        -> String
    {
        let first = document.first { !($0 == 0x20 || (0x09...0x0D).contains($0)) } ?? 0
        if first != UInt8(ascii: "<") {
            let isWord = (first | 0x20) >= 97 && (first | 0x20) <= 122 || first >= 48 && first <= 57
            return isWord ? "syntax error" : "not well-formed"
        }
        let words: String
        switch xmlParserErrors(UInt32(bitPattern: error.code)) {
        case XML_ERR_TAG_NOT_FINISHED, XML_ERR_DOCUMENT_END, XML_ERR_DOCUMENT_EMPTY: words = "no element found"
        case XML_ERR_TAG_NAME_MISMATCH: words = "mismatched tag"
        case XML_ERR_UNDECLARED_ENTITY: words = "undefined entity"
        default:
            words = error.message
        }
        return "Invalid XML \"content\".  Problem with token at '...': \(words)"
    }
}

extension CommandFault {
    static func improperCall(_ reason: String) -> CommandFault {
        .input("Call XML not a proper XML-RPC call.  \(reason)")
    }

    static func invalidXML(_ reason: String) -> CommandFault { .improperCall("Call is not valid XML.  \(reason)") }
}
