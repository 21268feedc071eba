/// The grammar of rTorrent's commands, as measured on 0.9.8.
///
///     command := blanks name blanks '=' arguments blanks ( end | newline | ';' | NUL )
///     object  := '{' list '}' | '('{1…3} name [',' list] ')'{1…3} | '"' text '"' | bare
///
/// Rules that are easy to miss:
/// - A bare text ends at `,` `;` or white space; inside `{}` and `()` only at `,` and the closing sign, so blanks belong to it.
/// - A backslash makes the next byte literal, in quotes and outside, and disappears.
/// - One object is the argument; two or more are a list; none is an empty string; `{a,b}` alone is the same as `a,b`.
/// - A text argument that starts with `$` is a command of its own; not so inside a nested `{}`.
/// - `#` where a command should start is a comment up to the end of the line (0.9.8 loops for ever there).
struct CommandParser {
    private let text: [UInt8]
    private let map: CommandMap
    private var index = 0
    private var depth: Int

    init(_ text: [UInt8], map: CommandMap, depth: Int = 0) {
        self.text = text
        self.map = map
        self.depth = depth
    }

    /// All commands of the text.
    static func script(_ text: [UInt8], map: CommandMap) -> CommandScript {
        var parser = CommandParser(text, map: map)
        var steps: [Result<ParsedCommand, CommandFault>] = []
        while parser.index < text.count {
            do {
                if let command = try parser.command() { steps.append(.success(command)) }
            } catch {
                steps.append(.failure(error))
                break
            }
        }
        return CommandScript(steps: steps)
    }

    /// The first command of a text, and where the next one would start; nil if the text is blank or a comment.
    static func first(
        _ text: [UInt8], map: CommandMap, depth: Int = 0
    ) throws(CommandFault) -> (command: ParsedCommand, end: Int)? {
        var parser = CommandParser(text, map: map, depth: depth)
        return try parser.command().map { ($0, parser.index) }
    }

    // MARK: - Commands

    private mutating func command() throws(CommandFault) -> ParsedCommand? {
        guard depth < CommandLimits.parseDepth else { throw .tooDeep }
        skipBlanks()
        guard let first = peek else { return nil }
        if first == UInt8(ascii: "#") {
            while let byte = peek, byte != 0x0A { index += 1 }
            if index < text.count { index += 1 }
            return nil
        }
        let offset = index
        let name = try name()
        skipBlanks()
        guard peek == UInt8(ascii: "=") else {
            throw fault("Could not find '=' in command '\(name)'.", at: offset, subject: [UInt8](name.utf8))
        }
        index += 1
        var offsets: [Int] = []
        let raw = try topArguments(&offsets)
        try finishCommand()
        return ParsedCommand(
            name: name, slot: map.slot(for: name), arguments: template(raw), offset: offset, argumentOffsets: offsets)
    }

    private mutating func name() throws(CommandFault) -> String {
        guard let first = peek, (first | 0x20) >= 97, (first | 0x20) <= 122 else {
            throw fault("Invalid start of command name.", at: index)
        }
        let start = index
        while let byte = peek, index - start < 127, Self.isNameByte(byte) { index += 1 }
        return String(decoding: text[start..<index], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }

    private mutating func finishCommand() throws(CommandFault) {
        skipBlanks()
        guard let byte = peek else { return }
        guard byte == 0x0A || byte == UInt8(ascii: ";") || byte == 0 else {
            throw fault("Junk at end of input.", at: index, explanation: "text behind the end of the command")
        }
        index += 1
    }

    // MARK: - Objects

    /// An object as written, before it is known whether it will be evaluated.
    private indirect enum Raw {
        case text([UInt8])
        case list([Raw])
        case call(name: String, offset: Int, arguments: [Raw]?, level: Int)
    }

    private enum Delimiters { case top, block, call }

    private mutating func topArguments(_ offsets: inout [Int]) throws(CommandFault) -> Raw {
        skipBlanks()
        offsets.append(index)
        let first = try object(.top)
        skipBlanks()
        guard peek == UInt8(ascii: ",") else { return first }
        var list = [first]
        while peek == UInt8(ascii: ",") {
            index += 1
            skipBlanks()
            try checkCount(list.count)
            offsets.append(index)
            list.append(try object(.top))
            skipBlanks()
        }
        return .list(list)
    }

    private mutating func list(_ delimiters: Delimiters) throws(CommandFault) -> [Raw] {
        var list: [Raw] = []
        while true {
            skipBlanks()
            try checkCount(list.count)
            list.append(try object(delimiters))
            skipBlanks()
            guard peek == UInt8(ascii: ",") else { return list }
            index += 1
        }
    }

    private mutating func object(_ delimiters: Delimiters) throws(CommandFault) -> Raw {
        switch peek {
        case UInt8(ascii: "{"):
            return try nested { (parser) throws(CommandFault) in try parser.block() }
        case UInt8(ascii: "("):
            return try nested { (parser) throws(CommandFault) in try parser.call() }
        case UInt8(ascii: "\""): return .text(try quoted())
        default: return .text(try bare(delimiters))
        }
    }

    private mutating func nested(
        _ body: (inout CommandParser) throws(CommandFault) -> Raw
    ) throws(CommandFault) -> Raw {
        guard depth < CommandLimits.parseDepth else { throw .tooDeep }
        depth += 1
        let raw = try body(&self)
        depth -= 1
        return raw
    }

    private mutating func block() throws(CommandFault) -> Raw {
        let start = index
        index += 1
        let list = try list(.block)
        guard peek == UInt8(ascii: "}") else { throw fault("Could not find closing '}'.", at: start) }
        index += 1
        return .list(list)
    }

    private mutating func call() throws(CommandFault) -> Raw {
        let start = index
        while peek == UInt8(ascii: "(") { index += 1 }
        let level = index - start
        guard level <= 3 else { throw fault("Max 3 parantheses per object allowed.", at: start) }
        let nameOffset = index
        let name = peek == UInt8(ascii: "\"") ? try quoted() : try bare(.call)
        skipBlanks()
        var arguments: [Raw]?
        switch peek {
        case UInt8(ascii: ","):
            index += 1
            arguments = try list(.call)
        case UInt8(ascii: ")"): break
        default: throw fault("Could not find closing ')'.", at: start)
        }
        for _ in 0..<level {
            guard peek == UInt8(ascii: ")") else { throw fault("Parantheses mismatch.", at: start) }
            index += 1
        }
        return .call(
            name: String(decoding: name, as: UTF8.self), offset: nameOffset, arguments: arguments, level: level)
    }

    private mutating func quoted() throws(CommandFault) -> [UInt8] {
        let start = index
        index += 1
        var bytes: [UInt8] = []
        while let byte = peek {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return bytes
            case UInt8(ascii: "\\"): bytes.append(try escaped())
            default: bytes.append(byte)
            }
        }
        throw fault("Missing closing quote.", at: start)
    }

    private mutating func bare(_ delimiters: Delimiters) throws(CommandFault) -> [UInt8] {
        var bytes: [UInt8] = []
        while let byte = peek {
            switch (byte, delimiters) {
            case (UInt8(ascii: ","), _), (UInt8(ascii: ";"), .top), (UInt8(ascii: "}"), .block),
                (UInt8(ascii: ")"), .call):
                return bytes
            case (UInt8(ascii: "\\"), _):
                index += 1
                bytes.append(try escaped())
            case (_, .top) where isSpace(byte): return bytes
            default:
                index += 1
                bytes.append(byte)
            }
        }
        return bytes
    }

    private mutating func escaped() throws(CommandFault) -> UInt8 {
        guard let byte = peek else { throw fault("Escape character at end of input.", at: index - 1) }
        index += 1
        return byte
    }

    // MARK: - From objects to templates

    private func template(_ raw: Raw) -> ArgumentTemplate {
        if case .list(let list) = raw { return ArgumentTemplate(list.map { node($0, isPassed: true) }) }
        return ArgumentTemplate(node(raw, isPassed: true))
    }

    /// - Parameter isPassed: the list it is in is evaluated together with the command, so a deferred call with nothing to run in
    ///   it can lose its parentheses now; false inside a deferred call, whose turn comes later.
    private func node(_ raw: Raw, isPassed: Bool, nesting: Int = 0) -> ArgumentNode {
        switch raw {
        case .text(let bytes):
            guard bytes.first == UInt8(ascii: "$") else { return .constant(.string(bytes)) }
            return substitution(bytes, nesting: nesting)
        case .list(let list): return .constant(.list(list.map { constant($0) }))
        case .call(let name, let offset, let arguments, let level):
            let template: ArgumentTemplate
            if let arguments {
                template = ArgumentTemplate(
                    arguments.map { node($0, isPassed: isPassed && level == 1, nesting: nesting + 1) })
            } else {
                template = .constant(.none)
            }
            let command = ParsedCommand(name: name, slot: map.slot(for: name), arguments: template, offset: offset)
            if level == 1 { return .call(command, source: nil) }
            let deferred = DeferredCommand(command, level: level)
            guard isPassed, deferred.isStatic else { return .deferred(deferred) }
            return .constant(.command(deferred.loweredStatically()))
        }
    }

    /// What stands in a nested list is never evaluated.
    private func constant(_ raw: Raw) -> Value {
        switch raw {
        case .text(let bytes): return .string(bytes)
        case .list(let list): return .list(list.map { constant($0) })
        case .call(let name, let offset, let arguments, let level):
            let template: ArgumentTemplate =
                arguments.map { ArgumentTemplate($0.map { node($0, isPassed: false) }) } ?? .constant(.none)
            let command = ParsedCommand(name: name, slot: map.slot(for: name), arguments: template, offset: offset)
            return .command(DeferredCommand(command, level: level))
        }
    }

    private func substitution(_ bytes: [UInt8], nesting: Int) -> ArgumentNode {
        do {
            guard let parsed = try Self.first(Array(bytes.dropFirst()), map: map, depth: depth + nesting + 1) else {
                return .constant(.none)
            }
            return .call(parsed.command, source: bytes)
        } catch {
            return .fault(error, source: bytes)
        }
    }

    // MARK: - Bytes

    private var peek: UInt8? { index < text.count ? text[index] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, isBlank(byte) { index += 1 }
    }

    private func checkCount(_ count: Int) throws(CommandFault) {
        guard count < CommandLimits.arguments else { throw CommandFault(.limit, "Too many arguments.") }
    }

    private func fault(
        _ message: String, at offset: Int, explanation: String? = nil, subject: [UInt8]? = nil
    ) -> CommandFault {
        CommandFault(.input, message, explanation: explanation, subject: subject, offset: offset)
    }
}
