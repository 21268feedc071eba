/// Under which circumstances a command runs: for what, on whose behalf, by which interpreter.
package struct CommandContext {
    package let interpreter: Interpreter
    /// What `d.…` commands work on.
    package var target: CommandTarget
    package var caller: Caller

    package init(_ interpreter: Interpreter, target: CommandTarget = .none, caller: Caller = .owner) {
        self.interpreter = interpreter
        self.target = target
        self.caller = caller
    }

    /// The same caller, another target: rows of a multicall.
    package func on(_ target: CommandTarget) -> CommandContext {
        CommandContext(interpreter, target: target, caller: caller)
    }
}
