/// What a UDP tracker answered, and to which request. BEP 15.
package struct UDPTrackerReply: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case connected(connectionID: UInt64)
        case announced(AnnounceResponse)
        /// In the order in which the torrents were asked for.
        case scraped([ScrapeEntry])
        case failed(TrackerFailure)
    }

    package var transactionID: UInt32
    package var content: Content

    package init(transactionID: UInt32, content: Content) {
        self.transactionID = transactionID
        self.content = content
    }
}
