import Metainfo
import NIOCore
import TrackerWire

/// One announce or scrape over UDP, from the connect to the answer; pure. BEP 15, BEP 41.
///
/// What it must respect: a datagram unanswered for 15·2ⁿ seconds is sent again; a connection id serves for 60 seconds
/// after it came; answers count only with our transaction id and from an address we asked; anything else is ignored,
/// not an error, since anyone can send us datagrams.
struct UDPExchange: Sendable {
    enum Step: Equatable {
        case send([UInt8], to: SocketAddress)
        case finish(Result<Answer, AnnounceFailure>)
        case nothing
    }

    /// What is asked once there is a connection id.
    enum Question: Sendable {
        case announce(AnnounceRequest, path: String)
        case scrape([InfoHash])
    }

    enum Answer: Sendable, Equatable {
        case announced(AnnounceResponse)
        /// In the order in which the torrents were asked for.
        case scraped([ScrapeEntry])
    }

    /// A connection id and the end of its life.
    struct Connection: Hashable {
        let id: UInt64
        let expires: NIODeadline

        static let lifetime = TimeAmount.seconds(60)
    }

    private enum Phase {
        case connecting
        case asking(Connection, isFresh: Bool)
    }

    /// BEP 15 goes on up to n = 8, two hours in all; by then other trackers have long been worth asking.
    static let transmissions = 2

    /// Names what is being waited for; another one after each answer.
    private(set) var transactionID: UInt32
    /// When `timedOut` is to be called.
    private(set) var deadline: NIODeadline
    /// A connection id the tracker just gave, for later announces to the same address.
    private(set) var learned: (address: SocketAddress, connection: Connection)?

    private let question: Question
    private var addresses: [SocketAddress]
    private var phase = Phase.connecting
    private var place = 0
    /// BEP 15's n.
    private var retransmissions = 0
    private var asked: [SocketAddress] = []

    /// - Parameter addresses: at least one; they are tried in turn as long as none answers.
    init(_ question: Question, addresses: [SocketAddress], transactionID: UInt32, now: NIODeadline) {
        self.question = question
        self.addresses = addresses
        self.transactionID = transactionID
        deadline = now
    }

    /// The first datagram.
    ///
    /// - Parameter known: looks up a connection id that an earlier exchange learned.
    mutating func begin(known: (SocketAddress) -> Connection?, now: NIODeadline) -> Step {
        if let connection = known(addresses[place]), connection.expires > now {
            phase = .asking(connection, isFresh: false)
        }
        return transmit(now: now)
    }

    /// `deadline` passed.
    mutating func timedOut(now: NIODeadline) -> Step {
        retransmissions += 1
        guard retransmissions < Self.transmissions else {
            return .finish(.failure(.tooLate))
        }
        switch phase {
        case .asking(let connection, _) where connection.expires > now && addresses.count == 1: break
        default:
            // Another address if there is one; with only one, a late answer to the first connect still counts.
            phase = .connecting
            place = (place + 1) % addresses.count
        }
        return transmit(now: now)
    }

    /// The datagram for this address could not be sent: no route, or no socket of its family.
    mutating func unsendable(to address: SocketAddress, cause: String, now: NIODeadline) -> Step {
        addresses.removeAll { $0 == address }
        guard !addresses.isEmpty else { return .finish(.failure(AnnounceFailure(cause, isSilence: true))) }
        phase = .connecting
        place %= addresses.count
        return transmit(now: now)
    }

    /// A datagram came that carries our transaction id.
    ///
    /// - Parameter newTransactionID: for the next message, if one follows.
    mutating func received(
        _ reply: UDPTrackerReply, from source: SocketAddress, newTransactionID: UInt32, now: NIODeadline
    ) -> Step {
        guard reply.transactionID == transactionID, asked.contains(source) else { return .nothing }
        switch (reply.content, phase) {
        case (.connected(let id), .connecting):
            let connection = Connection(id: id, expires: now + Connection.lifetime)
            learned = (source, connection)
            phase = .asking(connection, isFresh: true)
            place = addresses.firstIndex(of: source) ?? place
            return next(transactionID: newTransactionID, now: now)
        case (.announced(let response), .asking):
            guard case .announce = question else { return .nothing }
            return .finish(.success(.announced(response)))
        case (.scraped(let entries), .asking):
            guard case .scrape = question else { return .nothing }
            return .finish(.success(.scraped(entries)))
        case (.failed, .asking(_, isFresh: false)):
            // Trackers forget connection ids when they restart, and say so with an error.
            phase = .connecting
            return next(transactionID: newTransactionID, now: now)
        case (.failed(let failure), _):
            return .finish(.failure(AnnounceFailure(failure.description)))
        case (.connected, .asking), (.announced, .connecting), (.scraped, .connecting):
            return .nothing
        }
    }

    private mutating func next(transactionID: UInt32, now: NIODeadline) -> Step {
        self.transactionID = transactionID
        retransmissions = 0
        asked = []
        return transmit(now: now)
    }

    private mutating func transmit(now: NIODeadline) -> Step {
        deadline = now + .seconds(15 << Int64(min(retransmissions, 8)))
        let address = addresses[place]
        if !asked.contains(address) { asked.append(address) }
        switch phase {
        case .connecting:
            return .send(UDPTrackerCoding.connectRequest(transactionID: transactionID), to: address)
        case .asking(let connection, _):
            return .send(datagram(connection), to: address)
        }
    }

    private func datagram(_ connection: Connection) -> [UInt8] {
        switch question {
        case .announce(let request, let path):
            UDPTrackerCoding.announceRequest(
                request, connectionID: connection.id, transactionID: transactionID, path: path)
        case .scrape(let infoHashes):
            UDPTrackerCoding.scrapeRequest(infoHashes, connectionID: connection.id, transactionID: transactionID)
        }
    }
}
