package import Commands
package import RPC

/// What a controller asks of the loop that it lives on.
package protocol ControlLoop: AnyObject, Sendable {
    /// Runs `body` in a later turn of the loop, after what was asked for before.
    func later(_ body: @escaping @Sendable (Controller) -> Void)

    /// Opens a socket for front ends. While a config is read clients have to wait for their answers until start-up has come so far.
    ///
    /// - Throws: what keeps it from being opened.
    func openSocket(_ socket: SocketRequest) throws(CommandFault)

    /// Ends the process in good order: `quick` gives trackers no time. Asked a second time it becomes quick.
    func requestShutdown(quick: Bool)
}

/// A socket that a command wants to have (`network.scgi.open_port`, `network.http_rpc.open`).
package struct SocketRequest: Sendable {
    package enum Carrier: Sendable {
        case scgi, http
    }

    package var address: SCGIAddress
    /// What connections through it may do; `setting` names the command that says so.
    package var caller: Caller
    package var carrier: Carrier

    package init(address: SCGIAddress, caller: Caller, carrier: Carrier = .scgi) {
        self.address = address
        self.caller = caller
        self.carrier = carrier
    }
}
