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
    /// Who speaks through which socket.
    private var callers: [SCGIAddress: Caller] = [:]
    /// Sockets that a config wants before it is time.
    private var noted: [SocketRequest] = []
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

    func openSocket(_ request: SocketRequest) throws(CommandFault) {
        if controller.global.isRehearsal { return }
        guard callers[request.address] == nil else { throw .input("SCGI already enabled.") }
        callers[request.address] = request.caller
        guard controller.global.hasStarted else {
            noted.append(request)
            return
        }
        let server = makeServer()
        let logs = controller.global.logs
        let link = link
        Task {
            do {
                try await server.listen(on: request.address)
            } catch {
                logs.log(.error, "Could not open socket \(request.address): \(error)")
                link.turn { $0.forgetSocket(request.address) }
            }
        }
    }

    private func forgetSocket(_ address: SCGIAddress) { callers[address] = nil }

    /// What the config asked for, to be opened now.
    func takeNotedSockets() -> (server: SCGIServer, sockets: [SocketRequest]) {
        defer { noted = [] }
        return (makeServer(), noted)
    }

    private func makeServer() -> SCGIServer {
        if let server { return server }
        let logs = controller.global.logs
        let bound = NIOLoopBound(self, eventLoop: link.eventLoop)
        let server = SCGIServer(
            eventLoop: link.eventLoop, log: { logs.log(LogGroup.rpcEvents, $0) },
            respond: { request, address in bound.value.respond(to: request, through: address) })
        self.server = server
        return server
    }

    var openServer: SCGIServer? { server }

    private func respond(to request: SCGIRequest, through address: SCGIAddress) -> RPCReply {
        defer { armTimer() }
        // Only sockets that were asked for are listened on; a stranger could do nothing.
        var caller = callers[address] ?? Caller(scope: .read, isUntrusted: true)
        if request.isUntrusted { caller.isUntrusted = true }
        let reply = dispatcher.respond(to: request.body, contentType: request.contentType, caller: caller)
        let logs = controller.global.logs
        if logs.logsTraffic { logs.logTraffic(request: request.body, answer: reply.body.bytes) }
        return reply
    }

    // MARK: The end

    func requestShutdown(isQuick: Bool) {
        let isSecond = hasAskedShutdown
        hasAskedShutdown = true
        shutdownAsked(isQuick || isSecond)
    }
}
