import Synchronization

/// What a swarm is doing, in numbers.
package struct SwarmFigures: Sendable, Equatable {
    /// Payload bytes since the swarm was made.
    package var downloaded: Int64 = 0
    package var uploaded: Int64 = 0
    /// Payload that was thrown away: bad pieces, blocks that came twice or were not asked for.
    package var wasted: Int64 = 0
    /// Bytes of verified pieces, and of all.
    package var verified: Int64 = 0
    package var total: Int64 = 0
    /// Bytes a second.
    package var downloadRate = 0.0
    package var uploadRate = 0.0
    package var peers = 0
    package var seeds = 0
    package var dialing = 0
    /// Peers we upload to, and peers that let us download.
    package var unchoked = 0
    package var unchokedDownloads = 0
    /// Connected peers that are not seeds, among which pieces are spread.
    package var leechers = 0
    /// Addresses that could be dialled, now or later.
    package var peersNotConnected = 0
    /// Bytes of wanted pieces, verified or not, and of those not verified yet.
    package var wanted: Int64 = 0
    package var wantedLeft: Int64 = 0
    /// Pieces verified, and wanted pieces that are not.
    package var verifiedPieces = 0
    package var wantedPiecesLeft = 0
    /// Bytes of blocks that are here of pieces not verified yet.
    package var partial: Int64 = 0
    /// Pieces being fetched or being checked.
    package var piecesInFlight = 0
    /// Bytes a second of `wasted`.
    package var wasteRate = 0.0
    package var isSuperSeeding = false
    /// Whole copies among the connected peers, ours not counted; fractions are pieces with one copy more.
    package var distributedCopies = 0.0
    /// Mean share of the torrent that connected peers which are not seeds have, 0…1.
    package var averageCompletion = 0.0
    package var badPieces = 0
    package var bannedPeers = 0

    package init() {}

    /// Nothing but what a torrent's swarms have moved so far: its next one counts on from there.
    package init(continuing former: SwarmFigures) {
        downloaded = former.downloaded
        uploaded = former.uploaded
        wasted = former.wasted
        badPieces = former.badPieces
        bannedPeers = former.bannedPeers
    }

    /// Bytes of pieces that are not verified yet.
    package var left: Int64 { total - verified }
}

/// The figures of one swarm, readable from any thread.
///
/// The swarm's loop writes them once a second and whenever something ends; a snapshot is whole, so sums add up.
package final class SwarmGauges: Sendable {
    private let latest: Mutex<SwarmFigures>

    package init(_ figures: SwarmFigures = SwarmFigures()) { latest = Mutex(figures) }

    /// The figures as of the last second.
    package var figures: SwarmFigures { latest.withLock { $0 } }

    /// For the one who writes: the swarm, or who owns its torrent while there is none.
    package func publish(_ figures: SwarmFigures) { latest.withLock { $0 = figures } }
}
