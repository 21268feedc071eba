extension Builtins {
    /// The `string.*` commands of 0.16. Lengths and positions count UTF-8 characters; bytes that are no UTF-8 count one each.
    static func defineStrings(in map: CommandMap) {
        func define(
            _ name: String, _ parameters: [CommandParameter], _ result: CommandResult, _ help: String,
            _ body: @escaping ([UInt8], Arguments) throws(CommandFault) -> Value
        ) {
            map.define("string.\(name)", [.string("text")] + parameters, result, scope: .read, help: help) {
                (_, arguments) throws(CommandFault) in
                guard arguments.count >= 1 else { throw .tooFewArguments }
                return try body(try arguments[0].rendered(), arguments)
            }
        }
        func test(_ name: String, _ help: String, _ isMet: @escaping ([UInt8], [UInt8]) -> Bool) {
            define(name, [.string("other").variadic], .value, help) { (text, arguments) throws(CommandFault) in
                for other in try texts(arguments, from: 1) where isMet(text, other) { return 1 }
                return 0
            }
        }
        define("length", [], .value, "length in characters") { (text, _) throws(CommandFault) in
            .integer(Int64(characters(text).count))
        }
        test("equals", "1 if the text is one of the others") { $0 == $1 }
        test("starts_with", "1 if the text starts with one of the others") { $0.starts(with: $1) }
        test("ends_with", "1 if the text ends with one of the others") { $0.reversed().starts(with: $1.reversed()) }
        test("contains", "1 if the text has one of the others in it") { $0.firstPlace(of: $1) != nil }
        test("contains_i", "1 if the text has one of the others in it, in either case") {
            lowercased($0).firstPlace(of: lowercased($1)) != nil
        }
        define(
            "substr", [.value("position").optional, .value("count").optional, .string("default").optional], .string,
            "a part of the text; a negative position counts from the end"
        ) { (text, arguments) throws(CommandFault) in
            try substring(text, arguments)
        }
        define(
            "split", [.string("delimiter")], .list, "a list of the parts between delimiters; of characters without one"
        ) {
            (text, arguments) throws(CommandFault) in
            let delimiter = try arguments[1].rendered()
            if delimiter.isEmpty { return .list(characters(text).map { .string(Array($0)) }) }
            return .list(text.split(by: delimiter).map { .string(Array($0)) })
        }
        map.define(
            "string.join", [.string("delimiter"), .any("part").variadic], .string, scope: .read,
            help: "joins the parts, lists flattened, with the delimiter between them"
        ) { (_, arguments) throws(CommandFault) in
            var parts: [[UInt8]] = []
            for value in arguments.dropping(1) { try value.appendLeaves(to: &parts) }
            return .string(try bounded(Array(parts.joined(separator: try arguments[0].rendered()))))
        }
        for (name, atStart, atEnd) in [("strip", true, true), ("lstrip", true, false), ("rstrip", false, true)] {
            define(name, [.string("what").variadic], .string, "without white space, or the texts given, at its ends") {
                (text, arguments) throws(CommandFault) in
                .string(stripped(text, of: try texts(arguments, from: 1), atStart: atStart, atEnd: atEnd))
            }
        }
        for (name, isLeft) in [("lpad", true), ("rpad", false)] {
            define(name, [.value("width"), .string("pad").optional], .string, "filled up to a width") {
                (text, arguments) throws(CommandFault) in
                .string(try padded(text, arguments, isLeft: isLeft))
            }
        }
        define(
            "map", [.list("{old, new}").variadic], .string, "the new text of the first pair whose old one is the text"
        ) {
            (text, arguments) throws(CommandFault) in
            for (old, new) in try pairs(arguments) where old == text { return .string(new) }
            return .string(text)
        }
        define(
            "replace", [.list("{old, new}").variadic], .string, "with old texts replaced by new ones, pair after pair"
        ) {
            (text, arguments) throws(CommandFault) in
            var text = text
            for (old, new) in try pairs(arguments) where !old.isEmpty {
                text = try bounded(Array(text.split(by: old).joined(separator: new)))
            }
            return .string(text)
        }
    }

    private static func texts(_ arguments: Arguments, from start: Int) throws(CommandFault) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        for value in arguments.dropping(start) { texts.append(try value.rendered()) }
        return texts
    }

    private static func pairs(_ arguments: Arguments) throws(CommandFault) -> [([UInt8], [UInt8])] {
        var pairs: [([UInt8], [UInt8])] = []
        for value in arguments.dropping(1) {
            guard case .list(let pair) = value, pair.count == 2 else { throw .wrongObjectType }
            pairs.append((try pair[0].rendered(), try pair[1].rendered()))
        }
        return pairs
    }

    private static func bounded(_ text: [UInt8]) throws(CommandFault) -> [UInt8] {
        guard text.count <= CommandLimits.stringLength else { throw .tooLong }
        return text
    }

    private static func substring(_ text: [UInt8], _ arguments: Arguments) throws(CommandFault) -> Value {
        let characters = characters(text)
        let position = arguments.count > 1 ? try arguments[1].flexibleInteger() : 0
        let count = arguments.count > 2 ? try arguments[2].flexibleInteger() : Int64.max
        let length = Int64(characters.count)
        let start = position < 0 ? (position < -length ? length + 1 : length + position) : position
        guard start <= length else { return arguments.count > 3 ? .string(try arguments[3].rendered()) : .emptyString }
        let end = count < 0 || count > length - start ? length : start + count
        return .string(Array(characters[Int(start)..<Int(end)].joined()))
    }

    private static func padded(_ text: [UInt8], _ arguments: Arguments, isLeft: Bool) throws(CommandFault) -> [UInt8] {
        guard arguments.count >= 2 else { throw .tooFewArguments }
        let width = try arguments[1].flexibleInteger()
        let pad = arguments.count > 2 ? characters(try arguments[2].rendered()) : [[0x20]]
        let missing = width - Int64(characters(text).count)
        guard missing > 0, !pad.isEmpty else { return text }
        guard missing <= CommandLimits.stringLength / 4 else { throw .tooLong }
        var filling: [UInt8] = []
        for index in 0..<Int(missing) { filling += pad[index % pad.count] }
        return isLeft ? filling + text : text + filling
    }

    private static func stripped(_ text: [UInt8], of what: [[UInt8]], atStart: Bool, atEnd: Bool) -> [UInt8] {
        let what = what.isEmpty ? (9...13).map { [$0] } + [[0x20]] : what.filter { !$0.isEmpty }
        var rest = text[...]
        while atStart, let found = what.first(where: { rest.starts(with: $0) }) { rest = rest.dropFirst(found.count) }
        while atEnd, let found = what.first(where: { rest.reversed().starts(with: $0.reversed()) }) {
            rest = rest.dropLast(found.count)
        }
        return Array(rest)
    }

    /// Pieces of one character each.
    private static func characters(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < text.count {
            var end = start + 1
            if text[start] >= 0xC0 {
                while end < text.count, end - start < 4, text[end] & 0xC0 == 0x80 { end += 1 }
            }
            pieces.append(text[start..<end])
            start = end
        }
        return pieces
    }

    private static func lowercased(_ text: [UInt8]) -> [UInt8] { text.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 } }
}

extension [UInt8] {
    /// Where `other` first stands at or behind `start`.
    func firstPlace(of other: [UInt8], from start: Int = 0) -> Int? {
        guard let first = other.first else { return start }
        var index = start
        while index + other.count <= count {
            if self[index] == first, self[index..<(index + other.count)].elementsEqual(other) { return index }
            index += 1
        }
        return nil
    }

    func split(by delimiter: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = 0
        while let place = firstPlace(of: delimiter, from: start) {
            parts.append(self[start..<place])
            start = place + delimiter.count
        }
        parts.append(self[start...])
        return parts
    }
}

extension Value {
    /// Appends the text of each value that is no list.
    fileprivate func appendLeaves(to parts: inout [[UInt8]], depth: Int = 0) throws(CommandFault) {
        guard case .list(let values) = self else {
            parts.append(try rendered())
            return
        }
        guard depth < CommandLimits.valueDepth else { throw .tooDeep }
        for value in values { try value.appendLeaves(to: &parts, depth: depth + 1) }
    }
}
