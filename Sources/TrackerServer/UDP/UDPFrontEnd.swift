import NIOCore
import TrackerWire

/// Answers datagrams of peers on one socket. BEP 15.
///
/// Replies of one turn are written into one buffer and leave in one flush, as slices of it: a buffer for each datagram
/// would be two allocations.
final class UDPFrontEnd: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    /// What fits into a datagram on every path with some room for tunnels.
    private static let maximumReply = 1400
    /// A turn with more bytes of replies than this is flushed in between.
    private static let batchBytes = 128 << 10

    private let bench: ReplyBench
    private let connectionIDs: ConnectionIDs
    private var replies = ByteBuffer()
    private var addressed: [(address: SocketAddress, range: Range<Int>)] = []

    init(loop: TrackerLoop) {
        bench = loop.bench
        connectionIDs = loop.connectionIDs
        addressed.reserveCapacity(64)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let sender = PeerHost(envelope.remoteAddress) else { return }
        let start = replies.writerIndex
        let requestLength = envelope.data.readableBytes
        let request = envelope.data.withUnsafeReadableBytes { UDPTrackerCoding.decodeRequest($0) }
        answer(request, from: sender, requestLength: requestLength)
        guard replies.writerIndex > start else { return }
        addressed.append((envelope.remoteAddress, start..<replies.writerIndex))
        if replies.writerIndex > Self.batchBytes { flush(context) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context)
    }

    /// An ICMP error of some peer's host; the socket goes on.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    private func flush(_ context: ChannelHandlerContext) {
        guard !addressed.isEmpty else { return }
        // A full socket drops replies as a full network does: peers ask again.
        if context.channel.isWritable {
            for (address, range) in addressed {
                guard let reply = replies.getSlice(at: range.lowerBound, length: range.count) else { continue }
                context.write(wrapOutboundOut(AddressedEnvelope(remoteAddress: address, data: reply)), promise: nil)
            }
            context.flush()
        }
        addressed.removeAll(keepingCapacity: true)
        replies.clear()
    }

    private func answer(_ request: UDPTrackerRequest, from sender: PeerHost, requestLength: Int) {
        let now = bench.clock.now
        switch request {
        case .noise:
            return
        case .connect(let transactionID):
            TrackerCounters.count(bench.counters.udpConnects)
            let id = connectionIDs.issue(to: sender, now: now)
            UDPTrackerCoding.encodeConnected(connectionID: id, transactionID: transactionID, into: &replies)
        case .announce(let request, let connectionID, let transactionID, path: _):
            guard isKnown(connectionID, sender, now, transactionID, requestLength) else { return }
            TrackerCounters.count(bench.counters.udpAnnounces)
            announce(request, from: sender, now: now, transactionID: transactionID)
        case .scrape(let infoHashes, let connectionID, let transactionID):
            guard isKnown(connectionID, sender, now, transactionID, requestLength) else { return }
            TrackerCounters.count(bench.counters.udpScrapes)
            guard bench.scrape.contains(sender) else {
                return UDPTrackerCoding.encodeFailure(Self.noScrapes, transactionID: transactionID, into: &replies)
            }
            let entries = infoHashes.map { bench.desk.scrape($0) ?? ScrapeEntry() }
            UDPTrackerCoding.encodeScrape(entries, transactionID: transactionID, into: &replies)
        case .wrong(let failure, let connectionID, let transactionID):
            guard isKnown(connectionID, sender, now, transactionID, requestLength) else { return }
            UDPTrackerCoding.encodeFailure(failure, transactionID: transactionID, into: &replies)
        }
    }

    private func announce(_ request: AnnounceRequest, from sender: PeerHost, now: UInt32, transactionID: UInt32) {
        let start = replies.writerIndex
        var refusal: String?
        let length = sender.isIPv6 ? CompactPeers.lengthV6 : CompactPeers.lengthV4
        bench.sample.wantsPeerIDs = false
        do throws(TrackerFailure) {
            let reply = try bench.announce(
                request, from: sender, limit: (Self.maximumReply - 20) / length, now: now)
            UDPTrackerCoding.encodeAnnounce(
                reply, transactionID: transactionID, compactPeers: bench.sample.compactPeers, into: &replies)
        } catch {
            TrackerCounters.count(bench.counters.refusals)
            refusal = error.isSendable ? error.text : TrackerFailure.unsendableText
            UDPTrackerCoding.encodeFailure(error, transactionID: transactionID, into: &replies)
        }
        bench.log?.note(sender, request, length: replies.writerIndex - start, refusal: refusal)
    }

    private static let noScrapes = TrackerFailure.refused("scrapes are not served to your address")

    /// Whether the sender has proved its address. If not it is told so, in no more bytes than it sent: the address may
    /// be a victim's.
    private func isKnown(
        _ connectionID: UInt64, _ sender: PeerHost, _ now: UInt32, _ transactionID: UInt32, _ requestLength: Int
    ) -> Bool {
        if connectionIDs.isValid(connectionID, from: sender, now: now) { return true }
        TrackerCounters.count(bench.counters.staleConnectionIDs)
        let start = replies.writerIndex
        UDPTrackerCoding.encodeFailure(Self.unknownConnection, transactionID: transactionID, into: &replies)
        if replies.writerIndex - start > requestLength { replies.moveWriterIndex(to: start) }
        return false
    }

    // Short enough for the answer to a scrape of one torrent.
    private static let unknownConnection = TrackerFailure.refused("wrong or old connection id")
}
