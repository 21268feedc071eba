/// The numbers that go with a fault over RPC.
package struct FaultCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// Arguments of a type or a target that does not fit.
    package static let type = FaultCode(rawValue: -501)
    /// A command refused its input; nearly every fault.
    package static let input = FaultCode(rawValue: -503)
    /// No such method.
    package static let noSuchMethod = FaultCode(rawValue: -506)
    /// The caller may not do that.
    package static let refused = FaultCode(rawValue: -507)
    /// A limit was reached: too deep, too long, too many steps.
    package static let limit = FaultCode(rawValue: -509)
}

/// Why a command did not give a value; becomes an RPC fault or a line of `swarm check`.
///
/// `message` is rTorrent's own text, byte for byte, where rTorrent has one: front ends compare it.
package struct CommandFault: Error, Hashable, Sendable, CustomStringConvertible {
    package var code: FaultCode
    package var message: String
    /// What a person wants to read instead of `message`, when there is more to say: what was found, what is wanted.
    package var explanation: String?
    /// The piece of the source that is to blame, to be marked in a config file.
    package var subject: [UInt8]?
    /// Byte offset in the parsed text, for faults of the parser.
    package var offset: Int?

    package init(
        _ code: FaultCode, _ message: String, explanation: String? = nil, subject: [UInt8]? = nil, offset: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.explanation = explanation
        self.subject = subject
        self.offset = offset
    }

    /// A -503 fault with rTorrent's text.
    package static func input(_ message: String, explanation: String? = nil, subject: [UInt8]? = nil) -> CommandFault {
        CommandFault(.input, message, explanation: explanation, subject: subject)
    }

    package var description: String { explanation ?? message }

    /// `try` and `catch` pass these on: a loop that swallowed them would never end.
    package var isUncatchable: Bool { code == .limit }
}

extension CommandFault {
    package static let wrongObjectType = CommandFault.input("Wrong object type.")
    package static let wrongTarget = CommandFault.input("Target of wrong type to command.")
    package static let invalidArgumentCount = CommandFault.input("Invalid argument count.")
    package static let tooFewArguments = CommandFault.input("Too few arguments.")
    package static let tooDeep = CommandFault(
        .limit, "Max parse depth reached.",
        explanation: "nested deeper than \(CommandLimits.parseDepth) levels")
    package static let tooLong = CommandFault(.limit, "String is too long.")
    package static let callsTooDeep = CommandFault(
        .limit, "Max call depth reached.",
        explanation:
            "commands call each other deeper than \(CommandLimits.callDepth) levels; does a method call itself?")
    package static let tooManySteps = CommandFault(
        .limit, "Max command count reached.",
        explanation: "one call ran more than \(CommandLimits.steps) commands")

    static func notAValue(_ bytes: [UInt8]) -> CommandFault {
        .input(
            "Not a value.", explanation: "\"\(String(decoding: bytes.prefix(80), as: UTF8.self))\" is not a number",
            subject: bytes)
    }

    static func noConversion(_ bytes: [UInt8]) -> CommandFault {
        .input(
            IntegerText.prefix(bytes, base: 0) == nil
                ? "Could not convert string to value." : "Not convertible to a value.",
            explanation: "\"\(String(decoding: bytes.prefix(80), as: UTF8.self))\" is not a number", subject: bytes)
    }

    /// Whether it is about a command that does not exist.
    var isUnknownName: Bool {
        code == .input && message.hasPrefix("Command \"") && message.hasSuffix("\" does not exist.")
    }

    static func noSuchCommand(_ name: String) -> CommandFault {
        CommandFault(.input, "Command \"\(name)\" does not exist.", subject: [UInt8](name.utf8))
    }
}

/// Bounds on what a text or a call may cost; far above what people write.
package enum CommandLimits {
    /// Nesting of `()`, `{}`, `$` in one text.
    package static let parseDepth = 128
    /// Commands running inside each other.
    package static let callDepth = 200
    /// Lists within lists, when they are rendered or written.
    package static let valueDepth = 256
    /// Commands run on behalf of one outermost call.
    package static let steps = 50_000_000
    /// Arguments of one command.
    package static let arguments = 65_536
    /// Longest string that `cat` and its like make.
    package static let stringLength = 64 << 20
    /// Files importing each other.
    package static let importDepth = 16
    /// Longest config file.
    package static let fileLength = 16 << 20
}
