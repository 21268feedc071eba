/// A command that is run for each row of a table: what is the same for all rows was looked at once.
package struct PreparedCommand {
    fileprivate let body: CommandBody
    fileprivate let arguments: Arguments

    /// Runs it for one row. The caller counts the step with ``Interpreter/count(steps:)``.
    @inline(__always)
    package func run(_ context: CommandContext) throws(CommandFault) -> Value { try body(context, arguments) }
}

extension Interpreter {
    /// Looks a command up for all rows of a table.
    ///
    /// - Returns: nil where each row needs ``run(_:_:)``: arguments that are commands themselves, a name that is not defined, or a
    ///   target or caller that does not fit and has to be told so.
    package func prepare(_ parsed: ParsedCommand, on kind: TargetKind, for caller: Caller) -> PreparedCommand? {
        guard case .constant(let arguments) = parsed.arguments, let command = try? map.command(for: parsed),
            command.isOpen || command.target == kind, caller.scope >= command.scope,
            !caller.isUntrusted || command.flags.contains(.isUntrustedSafe)
        else { return nil }
        return PreparedCommand(body: command.body, arguments: Arguments(arguments))
    }
}
