import Commands
import NIOCore
import RPC

/// What lives on the control loop: the controller, its clock, and the sockets of front ends.
final class ServerCore {
    let controller: Controller
    let link: LoopLink
    private let dispatcher: RPCDispatcher
    private let targets: TargetTable
    private var server: SCGIServer?
    private var httpServer: HTTPFrontEnd?
    /// Who speaks through which socket.
    private var callers: [SCGIAddress: Caller] = [:]
    /// Sockets that were opened before it is time to answer; clients wait meanwhile.
    private var waiting: [(descriptor: Int32, address: SCGIAddress, carrier: SocketRequest.Carrier)] = []
    private var timer: Scheduled<Void>?
    private var armedFor: Duration?
    /// Called once, when the first shutdown is asked for, and again when it is to be quick.
    var shutdownAsked: (_ isQuick: Bool) -> Void = { _ in }
    private var hasAskedShutdown = false

    init(controller: Controller, link: LoopLink) {
        self.controller = controller
        self.link = link
        targets = TargetTable(controller: controller)
        dispatcher = RPCDispatcher(interpreter: controller.interpreter, targets: targets)
        controller.global.dispatcher = dispatcher
    }

    // MARK: Schedule

    /// Sees to it that the loop wakes up when the next scheduled command is due. After every turn that may have changed the schedule.
    func armTimer() {
        let next = controller.interpreter.scheduler.nextDeadline
        guard next != armedFor || timer == nil else { return }
        timer?.cancel()
        timer = nil
        armedFor = next
        guard let next, controller.global.hasStarted else { return }
        let delay = max(.zero, next - controller.host.uptime())
        let milliseconds = delay.components.seconds * 1_000 + delay.components.attoseconds / 1_000_000_000_000_000
        let link = link
        // Rounded up: a look too early would find nothing due and be repeated.
        timer = link.eventLoop.scheduleTask(in: .milliseconds(milliseconds + 1)) { link.turn { $0.runDue() } }
    }

    private func runDue() {
        timer = nil
        armedFor = nil
        controller.interpreter.runDue()
    }

    func stopTimer() {
        timer?.cancel()
        timer = nil
        controller.global.hasStarted = false
    }

    // MARK: Sockets

    /// Opens it at once, as rTorrent does: the line of a config that fails is the one to blame, and the next one may change its mode.
    func openSocket(_ request: SocketRequest) throws(CommandFault) {
        if controller.global.isRehearsal { return }
        guard callers[request.address] == nil else { throw .input("SCGI already enabled.") }
        var address = request.address
        let descriptor: Int32
        do throws(SCGISocketError) {
            descriptor = try ListeningDescriptor.open(
                address, isLocalOnly: controller.map.value(of: "network.scgi.dont_route").isTrue)
        } catch {
            throw .input("Could not prepare socket for listening: \(error)", explanation: "\(error)")
        }
        // The port that the system chose tells sockets apart.
        if case .port(let host, 0) = address { address = .port(host: host, ListeningDescriptor.port(of: descriptor)) }
        callers[address] = request.caller
        waiting.append((descriptor, address, request.carrier))
        if controller.global.hasStarted { acceptWaiting() }
    }

    /// From now on clients are answered.
    func acceptWaiting() {
        let logs = controller.global.logs
        for (descriptor, address, carrier) in waiting {
            let channel =
                switch carrier {
                case .scgi: makeServer().accept(on: descriptor, address)
                case .http: makeHTTPServer().accept(on: descriptor, address)
                }
            channel.whenFailure {
                logs.log(.error, "Could not open socket \(address): \($0)")
            }
            logs.log(.info, "front ends are answered at \(address), scope \(callers[address]?.scope ?? .read)")
        }
        waiting = []
    }

    /// A start that failed leaves no sockets behind.
    func closeWaiting() {
        for (descriptor, address, _) in waiting { ListeningDescriptor.close(descriptor, address) }
        waiting = []
    }

    private func makeServer() -> SCGIServer {
        if let server { return server }
        let logs = controller.global.logs
        let bound = NIOLoopBound(self, eventLoop: link.eventLoop)
        let server = SCGIServer(
            eventLoop: link.eventLoop, log: { logs.log(LogGroup.rpcEvents, $0) },
            respond: { request, address in
                bound.value.respond(
                    to: request.body, request.contentType, isUntrusted: request.isUntrusted, through: address)
            })
        self.server = server
        return server
    }

    private func makeHTTPServer() -> HTTPFrontEnd {
        if let httpServer { return httpServer }
        let bound = NIOLoopBound(self, eventLoop: link.eventLoop)
        let server = HTTPFrontEnd(
            eventLoop: link.eventLoop, access: controller.global.httpAccess,
            logger: controller.global.logs.logger("swarm.rpc"),
            respond: { call, address in
                bound.value.respond(to: call.body, call.contentType, isUntrusted: call.isUntrusted, through: address)
            })
        httpServer = server
        return server
    }

    /// At the end: the servers and what they call hold each other.
    func takeServers() -> (SCGIServer?, HTTPFrontEnd?) {
        defer { (server, httpServer) = (nil, nil) }
        return (server, httpServer)
    }

    private func respond(
        to body: [UInt8], _ contentType: String?, isUntrusted: Bool, through address: SCGIAddress
    ) -> RPCReply {
        defer { armTimer() }
        // Only sockets that were asked for are listened on; a stranger could do nothing.
        var caller = callers[address] ?? Caller(scope: .read, isUntrusted: true)
        if isUntrusted { caller.isUntrusted = true }
        let reply = dispatcher.respond(to: body, contentType: contentType, caller: caller)
        let logs = controller.global.logs
        if logs.logsTraffic { logs.logTraffic(request: body, answer: reply.body.bytes) }
        return reply
    }

    // MARK: The end

    func requestShutdown(isQuick: Bool) {
        let isSecond = hasAskedShutdown
        hasAskedShutdown = true
        shutdownAsked(isQuick || isSecond)
    }
}
