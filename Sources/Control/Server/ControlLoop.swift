package import Commands
package import RPC

/// What a controller asks of the loop that it lives on.
package protocol ControlLoop: AnyObject, Sendable {
    /// Runs `body` in a later turn of the loop, after what was asked for before.
    func later(_ body: @escaping @Sendable (Controller) -> Void)

    /// Opens a socket for front ends: while a config is read it is only noted, and opened when start-up has come so far; later at once.
    /// What keeps it from being opened then goes to the log.
    ///
    /// - Throws: what can be seen beforehand.
    func openSocket(_ socket: SocketRequest) throws(CommandFault)

    /// Ends the process in good order: `quick` gives trackers no time. Asked a second time it becomes quick.
    func requestShutdown(quick: Bool)
}

/// A socket that a command wants to have (`network.scgi.open_port`).
package struct SocketRequest: Sendable {
    package var address: SCGIAddress
    /// What connections through it may do; `setting` names the command that says so.
    package var caller: Caller

    package init(address: SCGIAddress, caller: Caller) {
        self.address = address
        self.caller = caller
    }
}
