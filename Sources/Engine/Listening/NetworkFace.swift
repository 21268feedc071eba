import Discovery
import Metainfo
import SwarmCore
import Synchronization

/// How the outside sees the engine: the addresses it calls from, the port it is reached on, and what trackers are told of both.
final class NetworkFace: Sendable {
    private struct State {
        var listener: PeerListener?
        var announcedAddress: String?
        var announcedPort: UInt16?
    }

    /// Peers are called from these.
    let local: LocalAddresses
    private let state = Mutex(State())

    init(bindAddresses: [String]) {
        local = LocalAddresses(bindAddresses)
    }

    var listener: PeerListener? { state.withLock { $0.listener } }

    /// - Returns: the former one.
    func replaceListener(_ listener: PeerListener?) -> PeerListener? {
        state.withLock { state in
            defer { state.listener = listener }
            return state.listener
        }
    }

    /// Where we listen; 0 when we do not.
    var listenPort: UInt16 { listener?.port ?? 0 }

    /// The port that others are told.
    var port: UInt16 { state.withLock { $0.announcedPort ?? $0.listener?.port ?? 0 } }

    /// What trackers are told.
    var announced: TrackerClient.AnnouncedPlace {
        state.withLock { state in
            let port = state.announcedPort ?? state.listener?.port ?? 0
            let address = state.announcedAddress.flatMap { PeerAddress(host: $0, port: Int(port)) }
            return TrackerClient.AnnouncedPlace(port: port, address: address)
        }
    }

    /// - Parameter address: numeric; nil leaves it to the trackers, which see where we come from.
    func setAnnounced(address: String?, port: UInt16?) {
        state.withLock { ($0.announcedAddress, $0.announcedPort) = (address, port) }
    }
}
