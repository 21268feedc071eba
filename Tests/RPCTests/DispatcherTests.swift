import Commands
import RPC
import TestKit
import Testing

@Suite("Calls over XML and JSON")
struct DispatcherTests {
    private func xml(_ method: String, _ values: [String] = [], caller: Caller = .owner) throws -> String {
        let reply = try Vocabulary().makeDispatcher().respond(
            to: document(method, values), contentType: nil, caller: caller)
        let text = String(decoding: reply.body.bytes, as: UTF8.self).replacing("\r\n", with: "")
        guard let start = text.firstRange(of: "<methodResponse>"), let end = text.firstRange(of: "</methodResponse>")
        else {
            return text
        }
        return String(text[start.upperBound..<end.lowerBound])
            .replacing("<params><param>", with: "").replacing("</param></params>", with: "")
    }

    private func json(_ text: String, caller: Caller = .owner) throws -> String {
        let reply = try Vocabulary().makeDispatcher().respond(
            to: bytes(text), contentType: "application/json", caller: caller)
        #expect(reply.format == .json)
        return String(decoding: reply.body.bytes, as: UTF8.self)
    }

    private func isFault(_ answer: String, _ code: Int, _ text: String) -> Bool {
        answer.contains("<i4>\(code)</i4>") && answer.contains("<string>\(text)</string>")
    }

    @Test(
        "words the faults of a batch as xmlrpc-c does",
        arguments: [
            (
                [], -503,
                "system.multicall takes one parameter, which is an array, each element describing one RPC.  You supplied 0 arguments"
            ),
            (
                ["<i4>5</i4>"], -501,
                "system.multicall's parameter should be an array, each element describing one RPC.  But it is type 0 instead."
            ),
            (
                ["<array><data><value><i4>1</i4></value></data></array>"], -501,
                "An element of the multicall array is type 0, but should be a struct (with members 'methodName' and 'params')"
            ),
            (
                ["<array><data><value><struct></struct></value></data></array>"], -502,
                "No member of struct has key 'methodName'"
            ),
        ] as [([String], Int, String)])
    func batches(_ values: [String], _ code: Int, _ text: String) throws {
        #expect(isFault(try xml("system.multicall", values), code, text))
    }

    @Test("knows unknown methods before it looks at their parameters")
    func order() throws {
        #expect(isFault(try xml("no.such", ["<boolean>1</boolean>"]), -506, "Method 'no.such' not defined"))
        #expect(isFault(try xml("cat", ["", "<boolean>1</boolean>"]), -501, "Unsupported type found."))
    }

    @Test("lists methods, xmlrpc-c's own first and the others sorted")
    func listMethods() throws {
        let names = try Vocabulary().makeDispatcher().methodNames

        #expect(names.prefix(2) == ["system.listMethods", "system.methodExist"])
        #expect(Array(names.dropFirst(8)) == names.dropFirst(8).sorted())
        #expect(Set(names).count == names.count)
        #expect(names.contains("d.multicall2") && names.contains("load_raw") && !names.contains("argument.0"))
    }

    @Test("describes methods from their definitions")
    func introspection() throws {
        #expect(try xml("system.methodSignature", ["cat"]).contains("<string>string</string>"))
        #expect(
            try xml("system.methodHelp", ["throttle.max_uploads.set"]).contains(
                "throttle.max_uploads.set = value\nset: upload slots"))
        #expect(try xml("system.methodHelp", ["load_raw"]).contains("before 0.9 name; today load.raw"))
        #expect(isFault(try xml("system.methodSignature", ["d.nope"]), -506, "Method 'd.nope' does not exist"))
        #expect(try xml("system.methodExist", ["", "d.name"]) == "<value><boolean>1</boolean></value>")
        #expect(try xml("system.methodExist", ["argument.0"]) == "<value><boolean>0</boolean></value>")
    }

    @Test("faults requests beyond the size limit")
    func sizeLimit() throws {
        let dispatcher = try Vocabulary().makeDispatcher()
        dispatcher.sizeLimit = 100

        let reply = dispatcher.respond(
            to: document("cat", ["", String(repeating: "x", count: 100)]), contentType: nil, caller: .owner)

        #expect(
            String(decoding: reply.body.bytes, as: UTF8.self).contains(
                "XML-RPC request too large.  Max allowed is 100 bytes")
        )
    }

    @Test(
        "answers JSON on one line",
        arguments: [
            (
                #"{"jsonrpc":"2.0","id":7,"method":"system.client_version","params":[]}"#,
                #"{"jsonrpc":"2.0","result":"0.9.8","id":7}"#
            ),
            (#"{"id":null,"method":"system.pid"}"#, #"{"jsonrpc":"2.0","result":4711,"id":null}"#),
            (
                #"{"id":"a\"ä","method":"cat","params":["","\u00e4\n\ud83d\ude00"]}"#,
                #"{"jsonrpc":"2.0","result":"ä\n😀","id":"a\"ä"}"#
            ),
            (#"{"id":1,"method":"cat","params":["",true,[1,["b"]]]}"#, #"{"jsonrpc":"2.0","result":"11b","id":1}"#),
            (
                #"{"id":1,"method":"d.update_priorities","params":["9E416837C7222271D878F82746FD33BA692F7F1E"]}"#,
                #"{"jsonrpc":"2.0","result":0,"id":1}"#
            ),
            (
                #"{"id":1,"method":"dht.statistics","params":[""]}"#,
                #"{"jsonrpc":"2.0","result":{"active":0,"dht":"disable","throttle":""},"id":1}"#
            ),
            (#"{"id":1,"method":"system.methodExist","params":["cat"]}"#, #"{"jsonrpc":"2.0","result":true,"id":1}"#),
            (
                #"[{"id":null,"method":"system.pid"},{"method":"system.pid"},{"id":2,"method":"nope"}]"#,
                #"[{"jsonrpc":"2.0","result":4711,"id":null},{"jsonrpc":"2.0","error":{"code":-32601,"message":"method not found: nope"},"id":2}]"#
            ),
            (#"{"method":"system.pid"}"#, ""), (#"[{"method":"system.pid"}]"#, ""), (#"{"method":"nope"}"#, ""),
            (#"{"id":1,"method":"cat","params":null}"#, #"{"jsonrpc":"2.0","result":"","id":1}"#),
        ])
    func answers(_ request: String, _ answer: String) throws {
        #expect(try json(request) == answer)
    }

    @Test(
        "words the faults of JSON as 0.16 does",
        arguments: [
            ("[]", -32600, "invalid request: empty batch", "null"),
            ("5", -32700, "message type int unsupported", "null"),
            (#"{"id":[],"method":"cat"}"#, -32600, "request id is invalid type array", "null"),
            (#"{"id":1}"#, -32600, "method string not present", "1"),
            (
                #"{"id":1,"method":"cat","params":{}}"#, -32602,
                "invalid parameter: procedure named parameter not supported", "1"
            ),
            (#"{"id":1,"method":"cat","params":5}"#, -32600, "invalid request: params field must be an array", "1"),
            (#"{"id":1,"method":"d.name","params":["abc"]}"#, -32602, "Unsupported target type found.", "1"),
            (#"{"id":1,"method":"cat","params":["",1.5]}"#, -32602, "Unsupported type found.", "1"),
            (#"{"id":1,"method":"cat","params":["",null]}"#, -32602, "Unsupported type found.", "1"),
            (#"{"id":1,"method":"system.multicall","params":[[]]}"#, -32601, "method not found: system.multicall", "1"),
        ] as [(String, Int, String, String)])
    func jsonFaults(_ request: String, _ code: Int, _ message: String, _ id: String) throws {
        let answer = try json(request)

        #expect(answer == #"{"jsonrpc":"2.0","error":{"code":\#(code),"message":"\#(message)"},"id":\#(id)}"#)
    }

    @Test(
        "faults on what is no JSON",
        arguments: [
            "{", "{\"a\"}", "{\"a\":1,}", "[1,]", "[1 2]", "\"a", "\"\u{1}\"", "\"\\x\"", "\"\\ud800\"", "\"\\u12\"",
            "01", "1.", "-", "1e",
            "tru", "nul", "{}x", "[1]]", "+1", "'a'", "", "\u{FEFF}{}",
        ])
    func malformed(_ text: String) throws {
        #expect(try json(text).hasPrefix(#"{"jsonrpc":"2.0","error":{"code":-32700,"message":""#))
    }

    @Test("bounds the nesting of JSON")
    func deepJSON() throws {
        #expect(try json(String(repeating: "[", count: 100_000)).contains("nested too deeply"))
        #expect(try json(String(repeating: "{\"a\":", count: 100_000)).contains("nested too deeply"))
    }

    @Test("lets untrusted callers do only what is safe, in both formats")
    func trust() throws {
        let stranger = Caller(scope: .admin, isUntrusted: true)

        #expect(
            isFault(
                try xml("execute.secret", caller: stranger), -507,
                "Command \"execute.secret\" is not allowed for untrusted connections."))
        #expect(
            try json(#"{"id":1,"method":"execute.secret"}"#, caller: stranger).contains(
                #""code":-32601,"message":"Command \"execute.secret\" is not allowed for untrusted connections.""#))
        #expect(
            isFault(
                try xml("d.multicall2", ["", "main", "execute.secret="], caller: stranger), -507,
                "Command \"execute.secret\" is not allowed for untrusted connections."))
        #expect(try xml("d.multicall2", ["", "main", "d.name="], caller: stranger).contains("single.bin"))
    }

    @Test("tells the format from the type, or from the first byte")
    func formats() {
        #expect(RPCDispatcher.format(of: bytes("{}"), contentType: nil) == .json)
        #expect(RPCDispatcher.format(of: bytes(" \n[]"), contentType: "text/plain") == .json)
        #expect(RPCDispatcher.format(of: bytes("{}"), contentType: "text/xml; charset=utf-8") == .xml)
        #expect(RPCDispatcher.format(of: bytes("<a/>"), contentType: "application/json;x") == .json)
        #expect(RPCDispatcher.format(of: bytes("<a/>"), contentType: nil) == .xml)
        #expect(RPCDispatcher.format(of: [], contentType: nil) == .xml)
    }

    @Test("answers damaged JSON with JSON")
    func mutations() throws {
        let dispatcher = try Vocabulary().makeDispatcher()
        let corpus = [
            #"{"jsonrpc":"2.0","id":7,"method":"d.multicall2","params":["","main","d.name=","cat=$d.hash="]}"#,
            #"[{"id":null,"method":"cat","params":["",{"a":[1,-2,true,"\u00e4\\"]}]},{"id":"x","method":"system.listMethods"}]"#,
        ].map(bytes)
        var mutation = Mutation(seed: 0xB0B, alphabet: "{}[]\",:\\u0123456789truefalsn.eE+-")
        var generator = SeededGenerator(seed: 0xB0B)

        for _ in 0..<20_000 {
            let text = mutation.damage(
                corpus.randomElement(using: &generator) ?? [], splicing: corpus.randomElement(using: &generator) ?? [])
            let body = dispatcher.respond(to: text, contentType: "application/json", caller: .owner).body.bytes
            #expect(body.isEmpty || body.first == UInt8(ascii: "{") || body.first == UInt8(ascii: "["))
            #expect(!body.contains(0x0A))
        }
    }
}
