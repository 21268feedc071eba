/// One command with its arguments, parsed once and run often; immutable, so it may be shared.
package final class ParsedCommand: Sendable {
    package let name: String
    /// Where the map keeps the command, so that running looks nothing up. See ``CommandMap/command(for:)``.
    let slot: CommandSlot
    let arguments: ArgumentTemplate
    /// Byte offset of the name in the text it was parsed from.
    package let offset: Int
    /// Byte offset of each argument.
    package let argumentOffsets: [Int]

    init(name: String, slot: CommandSlot, arguments: ArgumentTemplate, offset: Int = 0, argumentOffsets: [Int] = []) {
        self.name = name
        self.slot = slot
        self.arguments = arguments
        self.offset = offset
        self.argumentOffsets = argumentOffsets
    }
}

/// The arguments before evaluation.
enum ArgumentTemplate: Sendable {
    /// Nothing to evaluate: handed out as it is.
    case constant(Value)
    case single(ArgumentNode)
    case list([ArgumentNode])

    init(_ nodes: [ArgumentNode]) {
        var values: [Value] = []
        values.reserveCapacity(nodes.count)
        for node in nodes {
            guard case .constant(let value) = node else {
                self = .list(nodes)
                return
            }
            values.append(value)
        }
        self = .constant(.list(values))
    }

    init(_ node: ArgumentNode) {
        if case .constant(let value) = node { self = .constant(value) } else { self = .single(node) }
    }

    /// The arguments one by one; what is constant comes as constant nodes.
    var nodes: [ArgumentNode] {
        switch self {
        case .constant(.none): []
        case .constant(.list(let values)): values.map { .constant($0) }
        case .constant(let value): [.constant(value)]
        case .single(let node): [node]
        case .list(let nodes): nodes
        }
    }
}

/// One argument before evaluation.
indirect enum ArgumentNode: Sendable {
    case constant(Value)
    /// `$name=…`, or `(name,…)`: run, and replaced by the result. The source text is kept for `$`.
    case call(ParsedCommand, source: [UInt8]?)
    /// `((name,…))`: loses a pair of parentheses with each evaluation; see ``DeferredCommand``.
    case deferred(DeferredCommand)
    /// A `$` whose text cannot be parsed. It faults when it is evaluated, as with rTorrent, not before.
    case fault(CommandFault, source: [UInt8])
}

/// A call that an argument carries without making it: `((name,…))`, `(((name,…)))`.
///
/// Evaluating an argument list takes a pair of parentheses from each deferred call in it, at any depth of `()`, and makes the calls
/// that are down to one pair. So `((cat,(a)))` asks `a` when it is passed on, and `((cat,((a))))` when it is run.
package final class DeferredCommand: Sendable {
    package let command: ParsedCommand
    /// Pairs of parentheses left, 1…3. A value's is what remained after evaluation and matters no more: running it runs it.
    package let level: Int

    init(_ command: ParsedCommand, level: Int) {
        self.command = command
        self.level = level
    }

    /// Whether evaluating the argument list it is in runs nothing.
    var isStatic: Bool {
        switch command.arguments {
        case .constant: true
        case .single(let node): node.isStatic
        case .list(let nodes): nodes.allSatisfy(\.isStatic)
        }
    }

    /// One pair of parentheses less, for a call with nothing to evaluate in it.
    func loweredStatically() -> DeferredCommand { lowered(command.arguments.nodes.map { $0.loweredStatically() }) }

    func lowered(_ nodes: [ArgumentNode]) -> DeferredCommand {
        let arguments: ArgumentTemplate
        if case .constant = command.arguments {
            arguments = command.arguments
        } else {
            arguments = ArgumentTemplate(nodes)
        }
        return DeferredCommand(
            ParsedCommand(
                name: command.name, slot: command.slot, arguments: arguments, offset: command.offset,
                argumentOffsets: command.argumentOffsets),
            level: level - 1)
    }

    /// The call as rTorrent shows it over RPC: name, then arguments.
    package var listed: [Value] {
        let nodes = command.arguments.nodes
        return [.text(command.name)] + (nodes.isEmpty ? [.none] : nodes.map(\.listed))
    }
}

extension ArgumentNode {
    var isStatic: Bool {
        switch self {
        case .constant: true
        case .call, .fault: false
        case .deferred(let deferred): deferred.isStatic
        }
    }

    func loweredStatically() -> ArgumentNode {
        guard case .deferred(let deferred) = self else { return self }
        return deferred.loweredStatically().node
    }

    fileprivate var listed: Value {
        switch self {
        case .constant(.command(let deferred)): .list(deferred.listed)
        case .constant(let value): value
        case .call(_, let source?), .fault(_, let source): .string(source)
        case .call(let command, nil): .list(DeferredCommand(command, level: 1).listed)
        case .deferred(let deferred): .list(deferred.listed)
        }
    }
}

extension DeferredCommand {
    /// The node that stands for this call in an argument list that is yet to be evaluated.
    var node: ArgumentNode { level <= 1 ? .call(command, source: nil) : .deferred(self) }
}

extension DeferredCommand: Hashable, CustomStringConvertible {
    package static func == (left: DeferredCommand, right: DeferredCommand) -> Bool {
        left === right || left.listed == right.listed
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(command.name) }

    package var description: String {
        let words = listed.last == Value.none ? Array(listed.dropLast()) : listed
        return "((" + words.map { $0.text ?? $0.description }.joined(separator: ",") + "))"
    }
}

/// A text as a list of commands: what a method body, a handler or a scheduled command is.
package final class CommandScript: Sendable {
    /// The commands in order. A text that cannot be parsed to its end ends in a fault, met when the commands before it have run.
    package let steps: [Result<ParsedCommand, CommandFault>]

    init(steps: [Result<ParsedCommand, CommandFault>]) { self.steps = steps }
}
