import Commands
import RPC
import TestKit
import Testing

@Suite("XML-RPC")
struct XMLRPCTests {
    private func parameter(_ xml: String) throws(CommandFault) -> RPCParameter? {
        try XMLRPCDecoder.decodeCall(document("m", [xml])).parameters.first
    }

    @Test(
        "takes the shapes that clients send",
        arguments: [
            ("<string>a</string>", .string(bytes("a"))), ("a", .string(bytes("a"))), (" x ", .string(bytes(" x "))),
            ("", .string([])),
            ("\n  <string>y</string>\n ", .string(bytes("y"))), ("<i4>5</i4>", .integer(5)),
            ("<int>-5</int>", .integer(-5)),
            ("<i8> 9223372036854775807 </i8>", .integer(.max)), ("<ex:i8>1</ex:i8>", .integer(1)),
            ("<base64>YQ==\n</base64>", .string(bytes("a"))), ("<base64>/w==</base64>", .string([0xFF])),
            ("<base64/>", .string([])),
            ("<base64>\n YW\r\nJj </base64>", .string(bytes("abc"))), ("<boolean>1</boolean>", .boolean(true)),
            ("<nil/>", .null),
            ("<double>1.5</double>", .double), ("<dateTime.iso8601>x</dateTime.iso8601>", .date),
            ("<array><data/></array>", .array([])),
            ("<array>\n<data>\n<value>1</value>\n</data>\n</array>", .array([.string(bytes("1"))])),
            ("&#65;&amp;&lt;", .string(bytes("A&<"))), ("<![CDATA[<x>]]>", .string(bytes("<x>"))),
            ("<!-- c -->z", .string(bytes("z"))),
            (
                "<struct><member><name>n</name><value><i4>1</i4></value></member></struct>",
                .structure([.init(name: bytes("n"), value: .integer(1))])
            ),
            ("<string/>", .string([])), ("text<string>y</string>", .string(bytes("y"))),
        ] as [(String, RPCParameter)])
    func shapes(_ xml: String, _ value: RPCParameter) throws {
        #expect(try parameter(xml) == value)
    }

    @Test(
        "faults as xmlrpc-c does on what is none",
        arguments: [
            ("<foo>x</foo>", "Unknown value type -- XML element is named <foo>"),
            (
                "<string>a<b>c</b></string>",
                "The child of a <value> element is neither <array> nor <struct>, but has 1 child elements of its own."
            ),
            ("<string>a</string><string>b</string>", "<value> has 2 child elements.  Only zero or one make sense."),
            ("<base64>YQ</base64>", "Incorrect Base64 padding"),
            ("<i4></i4>", "<int> value '' contains non-numerical junk: ''"),
            (
                "<i8>9223372036854775808</i8>",
                "<int> value '9223372036854775808' contains non-numerical junk: '9223372036854775808'"
            ),
            (
                "<boolean>2</boolean>",
                "<boolean> XML element content must be either '0' or '1' according to XML-RPC.  This one has '2'"
            ),
            ("<array><data><foo/></data></array>", "<data> element has <foo> child.  Only <value> makes sense."),
            ("<struct><foo/></struct>", "<foo> element found where only <member> makes sense"),
            (
                "&foo;",
                "Call is not valid XML.  Invalid XML \"content\".  Problem with token at '...': undefined entity"
            ),
            ("<i4>1", "Call is not valid XML.  Invalid XML \"content\".  Problem with token at '...': mismatched tag"),
        ])
    func faults(_ xml: String, _ reason: String) {
        let fault = #expect(throws: CommandFault.self) { try parameter(xml) }

        #expect(fault?.message == "Call XML not a proper XML-RPC call.  \(reason)")
    }

    @Test("refuses document types, so that neither entity bombs nor external entities do anything")
    func documentTypes() {
        let bomb = """
            <!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
            <methodCall><methodName>cat</methodName><params><param><value>&c;</value></param></params></methodCall>
            """
        let external = """
            <!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]><methodCall><methodName>&x;</methodName></methodCall>
            """
        let dtd =
            "<!DOCTYPE l SYSTEM \"http://127.0.0.1:1/x.dtd\"><methodCall><methodName>cat</methodName></methodCall>"

        for text in [bomb, external, dtd] {
            let fault = #expect(throws: CommandFault.self) { try XMLRPCDecoder.decodeCall(bytes(text)) }
            #expect(fault?.message.hasSuffix("document type declarations are not allowed") == true)
        }
    }

    @Test("bounds nesting, and takes as much text as a request may hold")
    func bounds() throws {
        let deep = String(repeating: "<array><data><value>", count: 5_000)
        let long = String(repeating: "QUJD", count: 2_700_000)

        #expect(throws: CommandFault.self) { try parameter(deep) }
        #expect(throws: CommandFault.self) { try parameter(String(repeating: "<a>", count: 50_000)) }
        #expect(
            try parameter("<base64>\(long)</base64>")
                == .string(Array(repeatElement(bytes("ABC"), count: 2_700_000).joined())))
    }

    @Test(
        "writes text that every parser takes",
        arguments: [
            ([0x61, 0x26, 0x3C, 0x3E, 0x22], "a&amp;&lt;&gt;\""), ([0xFF, 0x3C, 0x01, 0x09], "?&lt;?\t"),
            ([0xC3, 0xA4, 0x01], "ä?"),
            ([0xF0, 0x9F, 0x98, 0x80], "😀"), ([0xED, 0xA0, 0x80], "???"), ([0xC0, 0x80], "??"),
            ([0xEF, 0xBF, 0xBF], "???"),
            ([0x61, 0x0D, 0x0A, 0x62], "a\nb"), ([0x00], "?"), ([0xC3], "?"), ([0x7F], "\u{7F}"), ([], ""),
        ] as [([UInt8], String)])
    func text(_ input: [UInt8], _ output: String) {
        let body = String(decoding: XMLRPCEncoder().response(.value(.string(input))).bytes, as: UTF8.self)

        #expect(body.contains("<value><string>\(output)</string></value>"))
    }

    @Test("writes numbers as the dialect has them")
    func dialects() {
        func body(_ dialect: XMLRPCDialect) -> String {
            String(decoding: XMLRPCEncoder(dialect: dialect).response(.value(.integer(.min))).bytes, as: UTF8.self)
        }

        #expect(body(.i8).contains("<value><i8>-9223372036854775808</i8></value>"))
        #expect(
            body(.apache).contains(
                "<methodResponse xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\">\r\n"))
        #expect(body(.apache).contains("<ex:i8>-9223372036854775808</ex:i8>"))
        #expect(body(.generic).contains("<string>Wrong object type.</string>"))
    }

    @Test("reads what it writes, on both sides")
    func roundTrip() throws {
        let values: [Value] = [0, -1, .integer(.max), "", "a<&>ä", ["x", [1, []]], .map(["k": 1, "l": ["m"]])]

        let call = try XMLRPCDecoder.decodeCall(try XMLRPCEncoder().call("d.x", values))
        #expect(call.method == "d.x")
        #expect(call.parameters.count == values.count)
        for value in values {
            let parameter = try XMLRPCDecoder.decodeResponse(XMLRPCEncoder().response(.value(value)).bytes)
            if case .map = value { continue }
            #expect(try parameter.value() == value)
        }
        #expect(throws: CommandFault(.type, "x")) {
            try XMLRPCDecoder.decodeResponse(XMLRPCEncoder().fault(CommandFault(.type, "x")).bytes)
        }
    }

    @Test("answers or faults on damaged documents")
    func mutations() throws {
        let dispatcher = try Vocabulary().makeDispatcher()
        let corpus = [
            document("d.multicall2", ["", "main", "d.name=", "cat=$d.hash=,x"]),
            document(
                "system.multicall",
                [
                    "<array><data><value><struct><member><name>methodName</name><value>cat</value></member><member><name>params</name><value><array><data><value></value><value><i4>5</i4></value></data></array></value></member></struct></value></data></array>"
                ]),
            document("load.raw", ["<string></string>", "<base64>QUJDREVG</base64>"]),
            bytes("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>") + document("cat", ["", "<![CDATA[x]]>&lt;"]),
        ]
        var mutation = Mutation(seed: 0xA11, alphabet: "<>/&;![]\"'?= valuestringdata0123456789")
        var generator = SeededGenerator(seed: 0xA11)

        for _ in 0..<20_000 {
            let base = corpus.randomElement(using: &generator) ?? []
            let text = mutation.damage(base, splicing: corpus.randomElement(using: &generator) ?? [])
            let reply = dispatcher.respond(to: text, contentType: "text/xml", caller: .owner)
            #expect(
                reply.body.bytes.starts(with: bytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<methodResponse")))
        }
    }
}
