import Glibc
import Metainfo
import NIOPosix
package import Storage
import SwarmCore
import Synchronization

// Finding out what is on disk, and telling it.
extension Torrent {
    /// open, ready → checking → ready (`checked`) or open (`checkFailed`).
    package func check(_ plan: CheckPlan) {
        let stop = StopSignal()
        let (check, former): (Check?, Swarm?) = state.withLock { state in
            guard state.stage == .open || state.stage == .ready else { return (nil, nil) }
            state.enter(.checking)
            state.stop = stop
            defer { state.swarm = nil }
            let step = state.step
            let isTrusted = state.isErrand && state.options.verification == .none
            let check = Check(self, state.store, plan, isTrusted: isTrusted, stop: stop) { [self] outcome in
                handle(outcome, step)
            }
            return (check, state.swarm)
        }
        guard let check else { return }
        // One that is still leaving has no more to tell.
        former?.leave { _, _ in }
        hashedBytes.store(0, ordering: .relaxed)
        rest()
        engine.checks.submit(check)
    }

    private func handle(_ outcome: Check.Outcome, _ step: UInt64) {
        switch outcome {
        case .failed(let reason): handleCheckFailed(reason, step)
        case .known(let have, let info, let report):
            if let reason = report.flatMap(reasonNotToUse) { return handleCheckFailed(reason, step) }
            let isCurrent = state.withLock { state in
                guard state.step == step, state.stage == .checking else { return false }
                state.enter(.ready)
                state.have = have
                if !have.isAllSet, metainfo.isWithoutBytes { state.wholeInfo = info }
                return true
            }
            guard isCurrent else { return }
            rest()
            engine.tell(self, .checked)
            if state.withLock({ $0.isErrand }) { activate() }
        }
    }

    private func handleCheckFailed(_ reason: String, _ step: UInt64) {
        let isCurrent = state.withLock { state in
            guard state.step == step, state.stage == .checking else { return false }
            state.enter(.open)
            if state.isErrand { state.failure = reason }
            return true
        }
        guard isCurrent else { return }
        settle()
        engine.tell(self, .checkFailed(reason))
    }

    /// Why nothing can be begun with what was found; nil if something can.
    private func reasonNotToUse(_ report: VerifyReport) -> String? {
        let (options, store, isErrand) = state.withLock { ($0.options, $0.store, $0.isErrand) }
        if options.mode == .seedOnly {
            return report.isWhole ? nil : report.reasonNotToSeed(path: store.path(of:))
        }
        // Bytes that cannot be read may be good: they are not to be written over. Who waits for one torrent wants it nevertheless.
        return isErrand ? nil : report.readFailures.first?.description
    }

    // MARK: For the next start

    /// What may be believed at the next start: first everything written is brought to the disk, then it is told. On a worker thread; nil
    /// unless ready or active.
    package func resumeData(_ body: @escaping @Sendable (ResumeData?) -> Void) {
        let (swarm, have, store, priorities) = state.withLock { ($0.swarm, $0.have, $0.store, $0.priorities) }
        guard let have else { return engine.threads.submit { _ in body(nil) } }
        guard let swarm else { return save(have, store, priorities, body) }
        // As of now, whatever the torrent is told next.
        swarm.post { [self] in save($0.verifiedPieces(), store, priorities, body) }
    }

    private func save(
        _ have: Bitfield, _ store: PieceStore, _ priorities: [FilePriority],
        _ body: @escaping @Sendable (ResumeData?) -> Void
    ) {
        engine.threads.submit { pool in
            guard case .active = pool else { return body(nil) }
            body(store.resumeData(verified: have, priorities: priorities))
        }
    }
}

extension VerifyReport {
    fileprivate func reasonNotToSeed(path: (Int) -> String) -> String {
        let problems = problems.filter { !$0.isHarmless }
        if let first = problems.first {
            let others = problems.count > 1 ? " (and \(problems.count - 1) more files)" : ""
            return "\(first)\(others)"
        }
        if let failure = readFailures.first { return failure.description }
        let damaged = damagedPieces
        let file = damagedFiles(path: path).first.map { ", first in \($0.path)" } ?? ""
        return "\(damaged.count) of \(verified.count) pieces differ from the torrent\(file); nothing was changed"
    }
}
