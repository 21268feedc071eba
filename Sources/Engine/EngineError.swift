package import Metainfo
package import Storage

/// What keeps an engine from starting or from taking a torrent.
package enum EngineError: Error, Sendable, CustomStringConvertible {
    case portInUse(ClosedRange<UInt16>, address: String)
    case cannotBind(address: String, reason: String)
    case alreadyAdded(InfoHash)
    /// A torrent without v1 pieces; the transfer of v2 pieces is not there yet.
    case unsupportedVersion(name: String)
    case storage(StorageError)
    case notStarted

    package var description: String {
        switch self {
        case .portInUse(let range, let address):
            let ports =
                range.count == 1
                ? "port \(range.lowerBound) is" : "ports \(range.lowerBound)-\(range.upperBound) are all"
            return "\(address): \(ports) in use; choose another with --port, or end the program that holds it"
        case .cannotBind(let address, let reason):
            return "\(address): cannot listen there (\(reason)); --bind wants an address of this machine"
        case .alreadyAdded(let infoHash):
            return "torrent \(infoHash.hex) is here already"
        case .unsupportedVersion(let name):
            return "\(name): a v2-only torrent; transfer needs v1 or hybrid for now"
        case .storage(let error):
            return error.description
        case .notStarted:
            return "the engine is not running"
        }
    }
}
