import NIOCore
import NIOPosix
import Synchronization
import TestKit
import Testing

@testable import Discovery

@Suite("Trackers: the queues before them", .timeLimit(.minutes(2)))
struct TrackerQueuesTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    /// Requests that run until they are told how they end.
    private final class Requests: Sendable {
        private let open = Mutex<[(name: String, promise: EventLoopPromise<String>)]>([])
        private let begun = Mutex<[String]>([])
        let loop: any EventLoop

        init(_ loop: any EventLoop) { self.loop = loop }

        var names: [String] { begun.withLock { $0 } }
        var running: Int { open.withLock { $0.count } }

        func begin(_ name: String) -> EventLoopFuture<String> {
            let promise = loop.makePromise(of: String.self)
            begun.withLock { $0.append(name) }
            open.withLock { $0.append((name, promise)) }
            return promise.futureResult
        }

        func end(_ result: Result<String, AnnounceFailure>) {
            let first = open.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            first?.promise.completeWith(result.mapError { $0 })
        }
    }

    private func host(_ name: String, scheme: String = "http") throws -> TrackerQueues.Host {
        TrackerQueues.Host(try TrackerURL("\(scheme)://\(name):80/announce"))
    }

    @Test("lets so many through, and the next when one has ended")
    func bounds() async throws {
        let (queues, requests) = (TrackerQueues(), Requests(loop))
        let turn = TrackerQueues.Turn(host: try host("a.example"))

        let replies = (0..<20).map { number in queues.run(turn, on: loop) { requests.begin("\(number)") } }
        try await eventually("the first are let through") { requests.running == turn.host.limit }
        let waiting = queues.waitingCount
        for _ in 0..<20 {
            try await eventually("one runs") { requests.running > 0 }
            requests.end(.success("done"))
        }

        for reply in replies { #expect(try await reply.get() == "done") }
        #expect(waiting == 20 - turn.host.limit)
        #expect(requests.names == (0..<20).map(String.init))
        #expect(queues.waitingCount == 0)
    }

    @Test("a silent tracker is asked by one at a time, and in the end fails for all that wait")
    func silence() async throws {
        let (queues, requests) = (TrackerQueues(), Requests(loop))
        let turn = TrackerQueues.Turn(host: try host("dead.example"))
        let replies = (0..<20).map { number in queues.run(turn, on: loop) { requests.begin("\(number)") } }
        try await eventually("the first are let through") { requests.running == turn.host.limit }

        for _ in 0..<turn.host.limit { requests.end(.failure(.tooLate)) }
        for reply in replies { await #expect(throws: AnnounceFailure.tooLate) { try await reply.get() } }
        let later = (0..<3).map { number in queues.run(turn, on: loop) { requests.begin("later \(number)") } }
        try await eventually("one is tried") { requests.running == 1 }
        requests.end(.success("alive"))
        try await eventually("it is trusted again") { requests.running == 2 }
        requests.end(.success("alive"))
        requests.end(.success("alive"))

        for reply in later { #expect(try await reply.get() == "alive") }
        #expect(requests.names.count == turn.host.limit + 3)
    }

    @Test("a dead tracker holds up no other one")
    func independence() async throws {
        let (queues, requests) = (TrackerQueues(), Requests(loop))
        let dead = TrackerQueues.Turn(host: try host("dead.example"))
        let stuck = (0..<50).map { _ in queues.run(dead, on: loop) { requests.begin("dead") } }
        try await eventually("it is asked") { requests.running == dead.host.limit }

        let reply = queues.run(.init(host: try host("alive.example")), on: loop) { [loop] in
            loop.makeSucceededFuture("alive")
        }

        #expect(try await reply.get() == "alive")
        queues.shutdown()
        while requests.running > 0 { requests.end(.failure(.givenUp)) }
        for reply in stuck { await #expect(throws: AnnounceFailure.self) { try await reply.get() } }
    }

    @Test("an urgent request goes before the others, and one that nobody wants is not sent")
    func order() async throws {
        let (queues, requests) = (TrackerQueues(), Requests(loop))
        var turn = TrackerQueues.Turn(host: try host("a.example"))
        let first = (0..<turn.host.limit).map { _ in queues.run(turn, on: loop) { requests.begin("first") } }
        try await eventually("the first are let through") { requests.running == turn.host.limit }

        let regular = queues.run(turn, on: loop) { requests.begin("regular") }
        turn.isWanted = { false }
        let unwanted = queues.run(turn, on: loop) { requests.begin("unwanted") }
        turn.isWanted = { true }
        turn.isUrgent = true
        let urgent = queues.run(turn, on: loop) { requests.begin("urgent") }
        for _ in 0..<turn.host.limit + 2 {
            try await eventually("one runs") { requests.running > 0 }
            requests.end(.success(""))
        }

        for reply in first + [regular, urgent] { #expect(try await reply.get() == "") }
        await #expect(throws: AnnounceFailure.givenUp) { try await unwanted.get() }
        #expect(requests.names.suffix(2) == ["urgent", "regular"])
    }

    @Test("one that waits too long gives up, and takes nobody's turn")
    func patience() async throws {
        let (queues, requests) = (TrackerQueues(), Requests(loop))
        var turn = TrackerQueues.Turn(host: try host("a.example"))
        let first = (0..<turn.host.limit).map { _ in queues.run(turn, on: loop) { requests.begin("first") } }
        try await eventually("the first are let through") { requests.running == turn.host.limit }

        turn.latest = .now()
        let late = queues.run(turn, on: loop) { requests.begin("late") }
        await #expect(throws: AnnounceFailure.tooLate) { try await late.get() }
        turn.latest = nil
        let next = queues.run(turn, on: loop) { requests.begin("next") }
        for _ in 0..<turn.host.limit + 1 {
            try await eventually("one runs") { requests.running > 0 }
            requests.end(.success(""))
        }

        for reply in first + [next] { #expect(try await reply.get() == "") }
        #expect(!requests.names.contains("late"))
    }

    @Test("thousands that fail as they begin do not pile up on the stack")
    func immediateFailures() async throws {
        let queues = TrackerQueues()
        let turn = TrackerQueues.Turn(host: try host("a.example"))

        let replies = (0..<20_000).map { _ in
            queues.run(turn, on: loop) { [loop] in loop.makeFailedFuture(AnnounceFailure("no")) as EventLoopFuture<Int>
            }
        }

        for reply in replies { await #expect(throws: AnnounceFailure.self) { try await reply.get() } }
        #expect(queues.waitingCount == 0)
    }
}
