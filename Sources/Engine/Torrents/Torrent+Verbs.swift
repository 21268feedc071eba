package import Metainfo
package import Storage
package import SwarmCore

// What the owner of a torrent may tell it, and ask it. Any thread; verbs return at once and what comes of them is told as
// `TorrentEvent`s; a verb that does not fit the stage does nothing.
extension Torrent {
    // MARK: Stages

    package var stage: TorrentStage { preconditionFailure("skeleton") }

    /// closed → open. Nothing on disk is looked at yet.
    package func open() { preconditionFailure("skeleton") }

    /// Any stage → closed: leaves the swarm, ends a check, closes files. What was known of the disk is forgotten.
    package func close() { preconditionFailure("skeleton") }

    /// open, ready → checking → ready (`checked`) or open (`checkFailed`).
    package func check(_ plan: CheckPlan) { preconditionFailure("skeleton") }

    /// ready → active: prepares the files that are wanted, dials, announces `started`.
    package func activate() { preconditionFailure("skeleton") }

    /// active → ready: closes connections; trackers are told in the background.
    package func deactivate() { preconditionFailure("skeleton") }

    /// Another place on disk; only while closed. Nothing is moved.
    package func relocate(directory: String, saveAs: String?) { preconditionFailure("skeleton") }

    // MARK: Pieces and files

    /// Pieces hashed so far in the check that runs, or in the last one; 0 when closed.
    package var hashedPieces: Int { preconditionFailure("skeleton") }

    /// What is verified and on disk; nil unless ready or active. Waits for the swarm's next turn while active.
    package func verifiedPieces() -> Bitfield? { preconditionFailure("skeleton") }

    /// One for each entry of the file list; takes effect at once.
    package func setPriorities(_ priorities: [FilePriority]) { preconditionFailure("skeleton") }

    /// Copies of each piece among connected peers, capped at 255; nil unless active. Waits for the swarm's next turn.
    package func availability() -> [UInt8]? { preconditionFailure("skeleton") }

    /// What may be believed at the next start: first everything written is brought to the disk, then it is told. On a worker thread; nil
    /// unless ready or active.
    package func resumeData(_ body: @escaping @Sendable (ResumeData?) -> Void) { preconditionFailure("skeleton") }

    // MARK: Settings

    package var settings: TorrentSettings {
        get { preconditionFailure("skeleton") }
        set { _ = newValue; preconditionFailure("skeleton") }
    }

    // MARK: Peers

    /// The connected peers in the order in which they connected. Waits for the swarm's next turn.
    package func peers() -> [PeerSnapshot] { preconditionFailure("skeleton") }

    /// Dials an address that the user names.
    package func addPeer(_ address: PeerAddress) { preconditionFailure("skeleton") }

    package func disconnect(_ peer: PeerNumber, ban: Bool) { preconditionFailure("skeleton") }

    package func setSnubbed(_ peer: PeerNumber, _ isSnubbed: Bool) { preconditionFailure("skeleton") }

    /// Addresses worth dialling at the next start, and the ones known now; waits for the swarm's next turn.
    package func knownAddresses() -> [PeerAddress] { preconditionFailure("skeleton") }
}
