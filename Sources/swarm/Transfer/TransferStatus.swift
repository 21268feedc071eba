/// What a person wants to know of a transfer at one moment: all that the screen and the status blocks show.
struct TransferStatus: Equatable {
    enum Phase: Equatable {
        case starting
        /// Bytes looked at so far, of all.
        case checking(done: Int64, total: Int64)
        case downloading
        case seeding
        /// Downloaded, and about to leave.
        case complete
        /// Telling the trackers that we leave.
        case stopping
        /// They know, or had their time.
        case stopped
        case failed(String)
    }

    /// Something that went wrong, and when by the clock on the wall.
    struct Problem: Equatable {
        /// "14:03:59".
        var time: String
        var text: String
    }

    /// The tracker that says most about the transfer.
    struct Tracker: Equatable {
        var url: String
        /// What it refused, or why it could not be asked; nil when all is well.
        var problem: String?
        var isAnnouncing = false
        var seeds: Int?
        var leechers: Int?
        var secondsToNextAnnounce: Int?
        /// Of all trackers of the torrent, how many answer.
        var working = 1
        var count = 1
    }

    var phase = Phase.starting
    var name: String
    /// Where the content lies, absolute.
    var path: String
    var port: UInt16 = 0
    var totalLength: Int64
    var verified: Int64 = 0
    /// Payload bytes since the start.
    var downloaded: Int64 = 0
    var uploaded: Int64 = 0
    /// Bytes a second.
    var downloadRate = 0.0
    var uploadRate = 0.0
    /// Connected peers, seeds among them.
    var peers = 0
    var seeds = 0
    var dialing = 0
    /// Peers that we upload to.
    var served = 0
    var distributedCopies = 0.0
    /// Of what the connected peers that are no seeds have: mean share, 0…1, and how fast it grows in bytes a second.
    var peersCompletion = 0.0
    var peersRate = 0.0
    /// Nil when the download does not move.
    var secondsLeft: Double?
    var tracker: Tracker?
    /// Newest last.
    var problems: [Problem] = []

    init(name: String, path: String, totalLength: Int64) {
        self.name = name
        self.path = path
        self.totalLength = totalLength
    }

    /// What the percentage counts, 0…1: what was looked at while checking, else what is verified.
    var fraction: Double {
        switch phase {
        case .checking(let done, let total): total > 0 ? Double(done) / Double(total) : 1
        case .seeding, .complete: 1
        default: totalLength > 0 ? Double(verified) / Double(totalLength) : 0
        }
    }

    /// Bytes given for each byte taken; for one who took none, for each byte of the torrent. Nil without a measure.
    var ratio: Double? {
        let taken = downloaded > 0 ? downloaded : totalLength
        return taken > 0 ? Double(uploaded) / Double(taken) : nil
    }

    /// Everything is on disk and verified.
    var isWhole: Bool {
        switch phase {
        case .seeding, .complete: true
        case .stopping, .stopped, .failed: totalLength > 0 && verified == totalLength
        case .starting, .checking, .downloading: false
        }
    }
}
