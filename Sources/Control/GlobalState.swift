import Commands
package import Engine
package import RPC

/// What the commands that belong to no download remember, besides plain variables, and whom they tell. Control loop only.
package final class GlobalState {
    package let logs: LogRouter
    /// Commands check what they would do outside and do not do it: no sockets, log files, programs, folders. `swarm check`
    package let isRehearsal: Bool
    /// Where to listen and what to be known by. Applied when the engine starts, and at each later change.
    package var network = NetworkSettings()
    package var addressFilter = AddressFilter()
    /// `ip_tables.*`
    package var addressTables: [[UInt8]: AddressFilter] = [:]
    package var chokeGroups = ChokeGroups()
    /// Set by the owner when the start is over: from then on the session's folder is fixed and the network follows each change.
    package var hasStarted = false
    /// Mode of unix sockets that are opened from now on; nil: as the umask leaves it, but nothing for strangers. `network.scgi.socket_mode`
    var socketMode: UInt32?

    /// What `network.http_rpc.*` asks of clients.
    let httpAccess = HTTPAccess()
    /// Name and password as they were set, until both are there.
    var httpUser = ""
    var httpPassword = ""

    /// Called after `network` has changed while running; set by the owner, who makes the engine listen anew and logs what fails.
    package var networkChanged: (NetworkSettings) -> Void = { _ in }
    /// Answers the calls of front ends; its limits and formats are settings.
    package weak var dispatcher: RPCDispatcher? {
        didSet { if let dispatcher { rpcSettings.apply(to: dispatcher) } }
    }
    var rpcSettings = RPCSettings() {
        didSet { if let dispatcher { rpcSettings.apply(to: dispatcher) } }
    }

    package init(logs: LogRouter = LogRouter(), isRehearsal: Bool = false) {
        self.logs = logs
        self.isRehearsal = isRehearsal
    }
}

/// What `network.xmlrpc.*` and `network.rpc.*` set.
struct RPCSettings {
    var sizeLimit = 16 << 20
    var dialect = XMLRPCDialect.i8
    var usesXML = true
    var usesJSON = true

    func apply(to dispatcher: RPCDispatcher) {
        dispatcher.sizeLimit = sizeLimit
        dispatcher.dialect = dialect
        dispatcher.isXMLEnabled = usesXML
        dispatcher.isJSONEnabled = usesJSON
    }
}
