/// Finds what the first parameter of a remote call names.
package protocol TargetResolver: AnyObject {
    /// The target that `text` names: nothing for the empty text; else a hash, or a hash with `:fN`, `:tN` or `:pID`.
    ///
    /// - Throws: -501 with rTorrent's texts: `Unsupported target type found.`, `Could not find info-hash.`, `Invalid index.`
    func target(named text: [UInt8]) throws(CommandFault) -> CommandTarget
}

extension Interpreter {
    /// Calls a command as RPC does: parameters are values, the first one names the target.
    ///
    /// As 0.9.8, which is more lenient than 0.16: no parameters, or a first one that is not text, mean no target. The generic aliases
    /// (flag `takesNoTarget`) have none; an empty text in front of further parameters is dropped there too, since clients of 0.16 send it.
    /// One remaining parameter is the argument as it stands, so an array can stand for the whole list.
    ///
    /// - Throws: -506 for names that do not exist or are private; else what the command throws.
    package func callRemotely(
        _ method: String, _ parameters: [Value], targets: any TargetResolver, caller: Caller
    ) throws(CommandFault) -> Value {
        guard let command = map[method], !command.flags.contains(.isPrivate) else {
            throw CommandFault(.noSuchMethod, "Method '\(method)' not defined")
        }
        var rest = parameters[...]
        var target = CommandTarget.none
        if command.flags.contains(.takesNoTarget) {
            if rest.count > 1, rest.first == .emptyString { rest = rest.dropFirst() }
        } else if let first = rest.popFirst(), case .string(let text) = first {
            target = try targets.target(named: text)
        }
        let arguments: Value
        switch rest.count {
        case 0: arguments = .none
        case 1: arguments = rest.first ?? .none
        default: arguments = .list(Array(rest))
        }
        return try call(method, arguments, CommandContext(self, target: target, caller: caller))
    }
}
