/// Runs commands: the table, what it remembers between commands, and the bounds on what a call may cost.
///
/// Not `Sendable`: it belongs to one loop. Commands may call it again while they run (`branch`, user methods, handlers).
package final class Interpreter {
    package let map: CommandMap
    package let host: any CommandHost
    package var scheduler = Scheduler()
    /// Where warnings go while a config is read; see ``ConfigFile``.
    package var diagnostics = DiagnosticSink()

    /// `argument.0`…`argument.9`: what the innermost user method was called with, the caller's where it was given fewer.
    var frame: [Value] = (0..<10).map { .text("placeholder.\($0)") }
    /// Files being read, innermost last.
    var imports: [ConfigImport] = []

    private var depth = 0
    private var steps = 0
    private var scripts: [[UInt8]: CommandScript] = [:]
    private var patterns: [[UInt8]: BytePattern?] = [:]

    /// - Parameter map: built-in commands are added to it unless it has them already.
    package init(map: CommandMap = CommandMap(), host: any CommandHost) {
        self.map = map
        self.host = host
        if map["cat"] == nil { Builtins.define(in: map) }
    }

    // MARK: - Parsing

    private static let cachedScripts = 4096
    private static let cachedLength = 16 << 10

    /// A text as commands; texts seen before are not parsed again.
    package func script(_ text: [UInt8]) -> CommandScript {
        if let script = scripts[text] { return script }
        let script = CommandParser.script(text, map: map)
        if text.count <= Self.cachedLength {
            // Texts that are made up as they run (a label in a command) would otherwise pile up.
            if scripts.count >= Self.cachedScripts { scripts.removeAll(keepingCapacity: true) }
            scripts[text] = script
        }
        return script
    }

    /// The first command of a text, as for a column of a multicall or a config line; nil if it is blank or a comment.
    ///
    /// - Returns: also where the next command would start.
    package func parse(_ text: [UInt8]) throws(CommandFault) -> (command: ParsedCommand, end: Int)? {
        try CommandParser.first(text, map: map)
    }

    /// A pattern of `match`; nil if it is not well formed.
    func pattern(_ text: [UInt8]) -> BytePattern? {
        if let pattern = patterns[text] { return pattern }
        if patterns.count >= 256 { patterns.removeAll() }
        let pattern = BytePattern(text)
        patterns[text] = .some(pattern)
        return pattern
    }

    // MARK: - Running

    /// Runs a command: evaluates its arguments, then calls it.
    package func run(_ command: ParsedCommand, _ context: CommandContext) throws(CommandFault) -> Value {
        try enter()
        defer { depth -= 1 }
        let arguments = try evaluate(command.arguments, context)
        return try map.command(for: command).invoke(context, Arguments(arguments))
    }

    /// As `run`, and tells what the command was called with.
    func runTelling(
        _ command: ParsedCommand, _ context: CommandContext
    ) throws(CommandFault) -> (arguments: Value, result: Value) {
        try enter()
        defer { depth -= 1 }
        let arguments = try evaluate(command.arguments, context)
        return (arguments, try map.command(for: command).invoke(context, Arguments(arguments)))
    }

    /// Runs all commands of a text. - Returns: the last one's result.
    package func run(_ text: [UInt8], _ context: CommandContext) throws(CommandFault) -> Value {
        try run(script(text), context)
    }

    /// Runs all commands of a script. - Returns: the last one's result.
    package func run(_ script: CommandScript, _ context: CommandContext) throws(CommandFault) -> Value {
        var result = Value.none
        for step in script.steps {
            switch step {
            case .success(let command): result = try run(command, context)
            case .failure(let fault): throw fault
            }
        }
        return result
    }

    /// Runs the first command of a text and ignores the rest, as `branch`, `$` and multicall columns do.
    package func runFirst(_ text: [UInt8], _ context: CommandContext) throws(CommandFault) -> Value {
        guard let step = script(text).steps.first else { return .none }
        return try run(try step.get(), context)
    }

    /// Runs what is stored as a command: a text, a `((call))`, or a list of them. Other values do nothing.
    package func runObject(_ object: Value, _ context: CommandContext) throws(CommandFault) -> Value {
        switch object {
        case .string(let text): return try run(text, context)
        case .command(let deferred): return try run(deferred.command, context)
        case .list(let objects):
            try enter()
            defer { depth -= 1 }
            var result = Value.none
            for object in objects { result = try runObject(object, context) }
            return result
        case .none, .integer, .map: return .none
        }
    }

    /// Calls a command by name with arguments that are values already.
    package func call(
        _ name: String, _ arguments: Value = .none, _ context: CommandContext
    ) throws(CommandFault) -> Value {
        guard let command = map[name] else { throw .noSuchCommand(name) }
        try enter()
        defer { depth -= 1 }
        return try command.invoke(context, Arguments(arguments))
    }

    /// Counts commands that are run without ``run(_:_:)``: a row of a table. - Throws: when the outermost call has run too many.
    @inline(__always)
    package func count(steps count: Int) throws(CommandFault) {
        guard steps < CommandLimits.steps else { throw .tooManySteps }
        steps += count
    }

    private func enter() throws(CommandFault) {
        guard depth < CommandLimits.callDepth else { throw .callsTooDeep }
        if depth == 0 { steps = 0 }
        guard steps < CommandLimits.steps else { throw .tooManySteps }
        depth += 1
        steps += 1
    }

    // MARK: - Evaluating arguments

    @inline(__always)
    private func evaluate(_ template: ArgumentTemplate, _ context: CommandContext) throws(CommandFault) -> Value {
        switch template {
        case .constant(let value): return value
        case .single(let node): return try evaluate(node, context)
        case .list(let nodes):
            var values: [Value] = []
            values.reserveCapacity(nodes.count)
            for node in nodes { values.append(try evaluate(node, context)) }
            return .list(values)
        }
    }

    private func evaluate(_ node: ArgumentNode, _ context: CommandContext) throws(CommandFault) -> Value {
        switch node {
        case .constant(let value): return value
        case .call(let command, _):
            // While a view is sorted: what is asked of one download is left to `less` and its like, which ask it of both.
            if context.target.kind == .pair, let known = map[command.name], known.target != .any {
                return .command(DeferredCommand(command, level: 1))
            }
            return try run(command, context)
        case .fault(let fault, _): throw fault
        case .deferred(let deferred): return .command(try lowered(deferred, context))
        }
    }

    /// A deferred call with one pair of parentheses less, what stood in single ones having been run.
    private func lowered(_ deferred: DeferredCommand, _ context: CommandContext) throws(CommandFault) -> DeferredCommand
    {
        var nodes: [ArgumentNode] = []
        for node in deferred.command.arguments.nodes {
            switch node {
            case .constant: nodes.append(node)
            case .call(let command, _): nodes.append(.constant(try run(command, context)))
            case .fault(let fault, _): throw fault
            case .deferred(let inner): nodes.append(try lowered(inner, context).node)
            }
        }
        return deferred.lowered(nodes)
    }
}
