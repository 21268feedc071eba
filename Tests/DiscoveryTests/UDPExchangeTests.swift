import NIOCore
import Testing

@testable import Discovery
@testable import TrackerWire

@Suite("UDPExchange")
struct UDPExchangeTests {
    private let start = NIODeadline.uptimeNanoseconds(5_000_000_000)
    private let near: SocketAddress
    private let far: SocketAddress

    init() throws {
        near = try SocketAddress(ipAddress: "192.0.2.1", port: 6969)
        far = try SocketAddress(ipAddress: "192.0.2.2", port: 6969)
    }

    private func exchange(_ addresses: [SocketAddress]? = nil) throws -> UDPExchange {
        UDPExchange(
            .announce(try Sample.request(), path: "/announce"), addresses: addresses ?? [near], transactionID: 1,
            now: start)
    }

    private func connected(_ transaction: UInt32, id: UInt64 = 42) -> UDPTrackerReply {
        UDPTrackerReply(transactionID: transaction, content: .connected(connectionID: id))
    }

    /// What a step sends, in short: `connect 1 to 192.0.2.1`.
    private func text(_ step: UDPExchange.Step) -> String {
        switch step {
        case .nothing: return "nothing"
        case .finish(.success): return "success"
        case .finish(.failure(let failure)): return "failure: \(failure)"
        case .send(let datagram, let address):
            let kind = TrackerDatagram.action(datagram) == 0 ? "connect" : "announce"
            return "\(kind) \(TrackerDatagram.number(datagram, at: 12)) to \(address.ipAddress ?? "")"
        }
    }

    @Test("connects, announces with the connection id it was given, and finishes")
    func straight() throws {
        var exchange = try exchange()

        let first = exchange.begin(known: { _ in nil }, now: start)
        let second = exchange.received(connected(1, id: 0x1_0000_0002), from: near, newTransactionID: 7, now: start)
        let answer = UDPTrackerReply(transactionID: 7, content: .announced(AnnounceResponse(interval: 60)))
        let third = exchange.received(answer, from: near, newTransactionID: 8, now: start)

        #expect(text(first) == "connect 1 to 192.0.2.1")
        #expect(text(second) == "announce 7 to 192.0.2.1")
        if case .send(let datagram, _) = second { #expect(Array(datagram[0..<8]) == [0, 0, 0, 1, 0, 0, 0, 2]) }
        #expect(third == .finish(.success(.announced(AnnounceResponse(interval: 60)))))
        #expect(exchange.learned?.connection.expires == start + .seconds(60))
    }

    @Test(
        "uses a connection id that is still valid, and none that expired", arguments: [(1, "announce"), (0, "connect")])
    func knownConnection(secondsLeft: Int64, expected: String) throws {
        var exchange = try exchange()
        let connection = UDPExchange.Connection(id: 9, expires: start + .seconds(secondsLeft))

        let step = exchange.begin(known: { $0 == near ? connection : nil }, now: start)

        #expect(text(step) == "\(expected) 1 to 192.0.2.1")
    }

    @Test("connects anew when the tracker refuses a remembered connection id, but only once")
    func forgottenConnection() throws {
        var exchange = try exchange()
        let connection = UDPExchange.Connection(id: 9, expires: start + .seconds(30))
        _ = exchange.begin(known: { _ in connection }, now: start)
        func refusal(_ transaction: UInt32) -> UDPTrackerReply {
            UDPTrackerReply(transactionID: transaction, content: .failed(.refused("connection id mismatch")))
        }

        let again = exchange.received(refusal(1), from: near, newTransactionID: 2, now: start)
        _ = exchange.received(connected(2), from: near, newTransactionID: 3, now: start)
        let last = exchange.received(refusal(3), from: near, newTransactionID: 4, now: start)

        #expect(text(again) == "connect 2 to 192.0.2.1")
        #expect(text(last) == "failure: the tracker refused: connection id mismatch")
    }

    @Test("sends again after 15 seconds, gives up after 30 more, and starts counting anew with each answer")
    func retransmission() throws {
        var exchange = try exchange()
        _ = exchange.begin(known: { _ in nil }, now: start)
        let firstDeadline = exchange.deadline

        let again = exchange.timedOut(now: start + .seconds(15))
        let secondDeadline = exchange.deadline
        _ = exchange.received(connected(1), from: near, newTransactionID: 2, now: start + .seconds(44))
        let thirdDeadline = exchange.deadline
        let announceAgain = exchange.timedOut(now: start + .seconds(59))
        let end = exchange.timedOut(now: start + .seconds(89))

        #expect(firstDeadline == start + .seconds(15))
        #expect(text(again) == "connect 1 to 192.0.2.1")
        #expect(secondDeadline == start + .seconds(45))
        #expect(thirdDeadline == start + .seconds(59))
        #expect(text(announceAgain) == "announce 2 to 192.0.2.1")
        #expect(text(end) == "failure: the tracker did not answer in time")
    }

    @Test("connects again when the connection id expired while waiting")
    func expiredWhileWaiting() throws {
        var exchange = try exchange()
        let connection = UDPExchange.Connection(id: 9, expires: start + .seconds(10))
        _ = exchange.begin(known: { _ in connection }, now: start)

        let again = exchange.timedOut(now: start + .seconds(15))

        #expect(text(again) == "connect 1 to 192.0.2.1")
    }

    @Test("tries the next address of a name when one is silent, and still takes a late answer of the first")
    func secondAddress() throws {
        var exchange = try exchange([near, far])
        _ = exchange.begin(known: { _ in nil }, now: start)

        let again = exchange.timedOut(now: start + .seconds(15))
        let announce = exchange.received(connected(1), from: near, newTransactionID: 2, now: start + .seconds(16))

        #expect(text(again) == "connect 1 to 192.0.2.2")
        #expect(text(announce) == "announce 2 to 192.0.2.1")
    }

    @Test("goes to the next address at once when one cannot be sent to, and fails after the last")
    func unsendable() throws {
        var exchange = try exchange([near, far])
        _ = exchange.begin(known: { _ in nil }, now: start)

        let next = exchange.unsendable(to: near, cause: "no route", now: start)
        let end = exchange.unsendable(to: far, cause: "no route", now: start)

        #expect(text(next) == "connect 1 to 192.0.2.2")
        #expect(text(end) == "failure: no route")
    }

    @Test("ignores answers from elsewhere, with other transaction ids, or of the wrong kind")
    func strangers() throws {
        var exchange = try exchange()
        _ = exchange.begin(known: { _ in nil }, now: start)
        let otherPort = try SocketAddress(ipAddress: "192.0.2.1", port: 6970)
        let announced = UDPTrackerReply(transactionID: 1, content: .announced(AnnounceResponse()))

        let steps = [
            exchange.received(connected(1), from: far, newTransactionID: 2, now: start),
            exchange.received(connected(1), from: otherPort, newTransactionID: 2, now: start),
            exchange.received(connected(2), from: near, newTransactionID: 2, now: start),
            exchange.received(announced, from: near, newTransactionID: 2, now: start),
            exchange.received(
                UDPTrackerReply(transactionID: 1, content: .scraped([])), from: near, newTransactionID: 2, now: start),
        ]

        #expect(steps.allSatisfy { $0 == .nothing })
        #expect(exchange.transactionID == 1)
    }
}
