import NIOCore

/// The TCP connections of one event loop, watched for slow clients.
///
/// One timer looks at all of them once a second: a timer for each would cost more than an announce.
final class ConnectionRoster {
    /// Connections that are closed in one turn of the loop: each takes some 25 µs, and others wait that long.
    private static let mostAtOnce = 256

    private var connections: [HTTPConnection] = []
    private let limit: Int
    private let clock: TrackerClock
    private var isWatching = false

    init(limit: Int, clock: TrackerClock) {
        self.limit = max(1, limit)
        self.clock = clock
    }

    var count: Int { connections.count }

    func add(_ connection: HTTPConnection, on eventLoop: any EventLoop) {
        if connections.count >= limit { closeOldest() }
        connection.rosterPlace = connections.count
        connections.append(connection)
        guard !isWatching else { return }
        isWatching = true
        watch(on: eventLoop)
    }

    func remove(_ connection: HTTPConnection) {
        guard let place = connection.rosterPlace else { return }
        connection.rosterPlace = nil
        let last = connections.removeLast()
        guard last !== connection else { return }
        connections[place] = last
        last.rosterPlace = place
    }

    /// Makes room by closing a few of those that are nearest to their deadline.
    func closeOldest() {
        let oldest = connections.sorted { $0.deadline < $1.deadline }.prefix(1 + limit / 64)
        for connection in oldest { connection.close() }
    }

    private func watch(on eventLoop: any EventLoop) {
        eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in
            guard let self else { return }
            closeOverdue(on: eventLoop)
            isWatching = !connections.isEmpty
            if isWatching { watch(on: eventLoop) }
        }
    }

    /// Closes some; when there are more, the loop sees to others in between.
    private func closeOverdue(on eventLoop: any EventLoop) {
        let now = clock.now
        // A list of its own, because closing takes connections out of ours.
        let overdue = connections.filter { $0.deadline < now }
        for connection in overdue.prefix(Self.mostAtOnce) { connection.close() }
        guard overdue.count > Self.mostAtOnce else { return }
        eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(10)) { [weak self] in
            self?.closeOverdue(on: eventLoop)
        }
    }
}
