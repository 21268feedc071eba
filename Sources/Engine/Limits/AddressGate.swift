import Metainfo
import Synchronization

/// Who may be connected with; asked for each address that is dialled or calls.
final class AddressGate: Sendable {
    private let rule = Mutex<(@Sendable (PeerAddress) -> Bool)?>(nil)

    /// Nil lets everybody in.
    func set(_ rule: (@Sendable (PeerAddress) -> Bool)?) {
        self.rule.withLock { $0 = rule }
    }

    func isAllowed(_ address: PeerAddress) -> Bool {
        // The rule is called outside the lock: it is somebody else's.
        let rule = rule.withLock { $0 }
        return rule?(address) ?? true
    }
}
