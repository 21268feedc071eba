import Metainfo
import Storage
import Synchronization

/// One look at what a torrent has on disk.
final class Check: Sendable {
    /// What came of it.
    enum Outcome: Sendable {
        /// - Parameter report: nil when nothing was hashed.
        case known(Bitfield, info: Info, VerifyReport?)
        /// A sentence.
        case failed(String)
    }

    /// What may be believed, and what must be hashed; nil for everything.
    private struct Scope {
        var believed: Bitfield
        var toHash: Bitfield
    }

    let stop: StopSignal
    private let torrent: Torrent
    private let store: PieceStore
    private let plan: CheckPlan
    private let isTrusted: Bool
    private let deliver: @Sendable (Outcome) -> Void
    private let scope = Mutex<Scope?>(nil)

    /// - Parameters:
    ///   - isTrusted: the caller knows that everything is there.
    ///   - deliver: called on a worker, unless the check was stopped.
    init(
        _ torrent: Torrent, _ store: PieceStore, _ plan: CheckPlan, isTrusted: Bool, stop: StopSignal,
        deliver: @escaping @Sendable (Outcome) -> Void
    ) {
        self.torrent = torrent
        self.store = store
        self.plan = plan
        self.isTrusted = isTrusted
        self.stop = stop
        self.deliver = deliver
    }

    private var info: Info { torrent.metainfo.info }

    /// Blocks for a `stat` of each file.
    ///
    /// - Returns: false when pieces have to be hashed.
    func finishWithoutHashing() -> Bool {
        if stop.isStopped { return true }
        if let reason = tooLarge() {
            end(.failed(reason))
            return true
        }
        if isTrusted {
            finish(Bitfield(allSet: info.pieceCount))
            return true
        }
        guard case .resume(let saved) = plan else { return false }
        let check = ResumeCheck(saved, store: store)
        guard check.toHash.isEmptySet else {
            scope.withLock { $0 = Scope(believed: check.believed, toHash: check.toHash) }
            return false
        }
        torrent.hashedBytes.store(info.totalLength, ordering: .relaxed)
        finish(check.believed)
        return true
    }

    private func finish(_ have: Bitfield) {
        guard !have.isAllSet, torrent.metainfo.isWithoutBytes else { return end(.known(have, info: info, nil)) }
        // What is to be fetched is also to be verified.
        guard let whole = torrent.wholeMetainfo() else { return end(.failed(Self.unreadable)) }
        end(.known(have, info: whole.info, nil))
    }

    private func tooLarge() -> String? {
        let limit = torrent.engine.limits.maxFileSize
        guard let file = info.files.entries.firstIndex(where: { !$0.isPadding && $0.length > limit }) else {
            return nil
        }
        let length = info.files.entries[file].length
        return "\(store.path(of: file)): a file of \(length) bytes, at most \(limit) are allowed"
    }

    private static let unreadable = "the torrent file cannot be read again"

    /// Blocks until all is hashed, with all processors.
    func hash() {
        guard let whole = torrent.wholeMetainfo() else { return end(.failed(Self.unreadable)) }
        let store = torrent.metainfo.isWithoutBytes ? torrent.engine.store(whole.info, torrent.options) : store
        let scope = scope.withLock { $0 }
        let torrent = torrent
        let report = TorrentVerifier(store: store, stop: stop).verify(only: scope?.toHash, known: scope?.believed) {
            done in
            torrent.hashedBytes.max(done, ordering: .relaxed)
        }
        guard !report.wasStopped else { return }
        torrent.hashedBytes.store(info.totalLength, ordering: .relaxed)
        end(.known(report.verified, info: whole.info, report))
    }

    private func end(_ outcome: Outcome) {
        if !stop.isStopped { deliver(outcome) }
    }
}
