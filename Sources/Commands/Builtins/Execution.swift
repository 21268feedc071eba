extension Builtins {
    /// Running programs. The host does it; here is what the variants mean.
    static func defineExecution(in map: CommandMap) {
        struct Variant {
            var name: String
            var throwsOnFailure = true
            var isRaw = false
            var isDetached = false
            var captures = false
        }
        let variants = [
            Variant(name: "execute2"), Variant(name: "execute.throw"),
            Variant(name: "execute.throw.bg", isDetached: true),
            Variant(name: "execute.nothrow", throwsOnFailure: false),
            Variant(name: "execute.nothrow.bg", throwsOnFailure: false, isDetached: true),
            Variant(name: "execute.raw", isRaw: true), Variant(name: "execute.raw.bg", isRaw: true, isDetached: true),
            Variant(name: "execute.raw_nothrow", throwsOnFailure: false, isRaw: true),
            Variant(name: "execute.raw_nothrow.bg", throwsOnFailure: false, isRaw: true, isDetached: true),
            Variant(name: "execute.capture", captures: true),
            Variant(name: "execute.capture_nothrow", throwsOnFailure: false, captures: true),
        ]
        for variant in variants {
            var help = variant.isDetached ? "starts a program" : "runs a program and waits"
            help += variant.captures ? ", answers its output" : variant.isDetached ? "" : ", answers its wait status"
            if variant.throwsOnFailure { help += "; failure is a fault" }
            if variant.isRaw { help += "; ~ is not expanded" }
            map.define(
                variant.name, [.string("program"), .any("argument").variadic], variant.captures ? .string : .value,
                scope: .admin, help: help
            ) { (context, arguments) throws(CommandFault) in
                let request = ProgramRequest(
                    arguments: try programArguments(arguments, context, isRaw: variant.isRaw),
                    isDetached: variant.isDetached, capturesOutput: variant.captures)
                let result = try context.interpreter.host.execute(request)
                if variant.throwsOnFailure, result.waitStatus != 0 {
                    throw badReturnCode(request, result.waitStatus)
                }
                return variant.captures ? .string(result.output) : .integer(result.waitStatus)
            }
        }
    }

    private static func programArguments(
        _ arguments: Arguments, _ context: CommandContext, isRaw: Bool
    ) throws(CommandFault) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        for value in arguments.all {
            var text = try value.rendered()
            if !isRaw, text.first == UInt8(ascii: "~") {
                text = [UInt8](context.interpreter.expandingTilde(String(decoding: text, as: UTF8.self)).utf8)
            }
            texts.append(text)
        }
        return texts.isEmpty ? [[]] : texts
    }

    private static func badReturnCode(_ request: ProgramRequest, _ status: Int64) -> CommandFault {
        let program = String(decoding: request.arguments[0], as: UTF8.self)
        let how = status & 0x7F == 0 ? "ended with status \(status >> 8)" : "was ended by signal \(status & 0x7F)"
        return .input("Bad return code.", explanation: "\"\(program)\" \(how)", subject: request.arguments[0])
    }
}
