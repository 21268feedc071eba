import Metainfo
import NIOCore
import Storage
import SwarmCore
import Synchronization

/// What a torrent's verbs change, under its mutex.
///
/// Invariant: `have` is there just in the stages `ready` and `active`; `swarm` only there, and only while it is of use; `stop` just
/// in the stage `checking`.
struct TorrentState: Sendable {
    var options: TorrentOptions
    /// The torrent's files on disk.
    var store: PieceStore
    private(set) var stage = TorrentStage.closed
    /// The same for those who only look: front ends ask for it many times in each row of a list.
    private let shownStage: ShownStage
    /// Counts every step from stage to stage: who worked for a former one finds that it is over.
    var step: UInt64 = 0
    /// Nobody shall be served any more, whatever is said later.
    var isForgotten = false

    /// What is verified and on disk; while there is a swarm, as it was when that was made.
    var have: Bitfield?
    /// With the hashes of the pieces, as long as some are missing and `Torrent.metainfo` is without them.
    var wholeInfo: Info?
    /// Ends the check.
    var stop: StopSignal?

    var swarm: Swarm?
    /// Which one: an event of an earlier one means nothing.
    var swarmNumber: UInt64 = 0
    /// The wanted files are there, so pieces may be fetched.
    var isPrepared = false
    /// The trackers have been told to start.
    var isAnnounced = false
    /// When the swarm was last handed to somebody.
    var lastUse = NIODeadline.uptimeNanoseconds(0)
    /// Addresses that a former swarm knew.
    var addresses: [PeerAddress] = []

    var settings = TorrentSettings()
    /// Empty is all normal.
    var priorities: [FilePriority] = []
    /// Counts changes of `settings` and `priorities`.
    var wishes: UInt64 = 0

    /// Goes on by itself after its check (`TorrentEngine.add`).
    var isErrand = false
    /// Why such a torrent came to nothing.
    var failure: String?
    var waiters: [CheckedContinuation<TorrentPhase, Never>] = []

    init(options: TorrentOptions, store: PieceStore, shownStage: ShownStage) {
        self.shownStage = shownStage
        self.options = options
        self.store = store
    }

    /// Enters a stage; everything begun for the former one is void.
    mutating func enter(_ stage: TorrentStage) {
        self.stage = stage
        shownStage.raw.store(stage.rawValue, ordering: .releasing)
        step += 1
        stop?.stop()
        stop = nil
        (isPrepared, isAnnounced) = (false, false)
        guard stage < .ready else { return }
        have = nil
        wholeInfo = nil
    }

    /// The swarm is done; what it leaves behind.
    mutating func drop(_ have: Bitfield, _ addresses: some Collection<PeerAddress>) {
        swarm = nil
        self.have = have
        self.addresses = Array(addresses)
        if have.isAllSet { wholeInfo = nil }
    }
}

/// A torrent's stage, readable without its mutex.
final class ShownStage: Sendable {
    let raw = Atomic<Int>(TorrentStage.closed.rawValue)

    var stage: TorrentStage { TorrentStage(rawValue: raw.load(ordering: .acquiring)) ?? .closed }
}
