import Synchronization

/// What HTTP clients have to show at present: read by requests on any thread, changed by settings on the loop of the interpreter.
package final class HTTPAccess: Sendable {
    private let state = Mutex(HTTPGuard())

    package init() {}

    package var current: HTTPGuard { state.withLock { $0 } }

    package func change(_ body: (inout sending HTTPGuard) -> Void) { state.withLock { body(&$0) } }
}
