import Synchronization

/// The local addresses that peers are called from; may change while swarms run.
package final class LocalAddresses: Sendable {
    private let addresses: Mutex<[String]>

    package init(_ numeric: [String]) {
        addresses = Mutex(numeric)
    }

    /// Numeric; empty lets the system choose. May be set from any thread.
    package var numeric: [String] {
        get { addresses.withLock { $0 } }
        set { addresses.withLock { $0 = newValue } }
    }
}
