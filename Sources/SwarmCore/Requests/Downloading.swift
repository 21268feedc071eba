import Metainfo
import Storage

/// The receiving half of a swarm: what to ask for, pieces on their way to disk, and who is suspected of bad data.
struct Downloading {
    var picker: PiecePicker
    let pool: PieceBufferPool
    /// Assembled, waiting for others to be hashed beside.
    var waiting: [DiskWorkers.Assembled] = []
    /// Who sent each block of the pieces at the workers.
    var senders: [Int: [PeerNumber]] = [:]
    /// Blocks of pieces that failed: who sent what, until the piece is good and the liar is known.
    var suspects: [Int: [Suspect]] = [:]
    /// Verified in this turn, not yet told to peers.
    var toAnnounce: [Int] = []
    /// Peers that could have been asked for more if memory had allowed.
    var hungry = PeerQueue()
    /// The disk refused; nothing is asked for.
    var isHalted = false
    /// Assembled pieces wait for more of them until this fires.
    var isHashTimerSet = false
    /// Verified pieces wait to be announced together until this fires.
    var isAnnounceTimerSet = false
    /// Payload thrown away.
    var waste = RateMeter()
    /// The swarm's part of the download slots of all swarms, and who holds one since when.
    let slots: SlotClaim
    var slotHolders: [PeerNumber: UInt32] = [:]
    /// Who has been giving us data of late.
    var givers = Givers()

    /// Bytes from seeds and from other leechers, older ones counting less.
    struct Givers {
        private var seeds = 0
        private var leechers = 0

        mutating func add(_ bytes: Int, isSeed: Bool) {
            if isSeed { seeds += bytes } else { leechers += bytes }
        }

        /// Once a second.
        mutating func tick() {
            seeds /= 2
            leechers /= 2
        }

        /// Other leechers give enough to spare the seeds.
        var areTrading: Bool { leechers > 0 && leechers * 4 >= seeds }
    }

    /// One block of a failed piece.
    struct Suspect {
        let block: Int
        let sender: PeerNumber
        let digest: SHA1Digest
    }

    /// Open pieces that nobody finished for a minute give their memory back when memory is short.
    private static let stallSeconds: UInt32 = 60

    init(picker: PiecePicker, pool: PieceBufferPool, slots: SlotClaim) {
        self.slots = slots
        self.picker = picker
        self.pool = pool
    }

    mutating func relieve(now: UInt32) {
        guard !hungry.isEmpty, now > Self.stallSeconds else { return }
        if let abandoned = picker.abandonStalled(before: now - Self.stallSeconds) { pool.put(abandoned.buffer) }
    }
}
