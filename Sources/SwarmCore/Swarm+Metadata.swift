import Metainfo
import PeerWire

// Serving the info dictionary to peers that know only its hash. BEP 9.
extension Swarm {
    /// Our number for `ut_metadata`.
    static let metadataID: UInt8 = 3
    /// Times a peer may be sent the whole dictionary, and pieces on top for small ones: whoever asks for more is refused.
    private static let highestCopies = 2
    private static let sparePieces = 16

    /// Says in our hello that the dictionary can be had here.
    func offerMetadata(in hello: inout ExtensionHandshake) {
        guard let metadata = configuration.metadata, metadata.count <= MetadataMessage.maxMetadataSize else { return }
        hello.m[MetadataMessage.name] = Self.metadataID
        hello.metadataSize = metadata.count
    }

    func handleMetadata(_ payload: [UInt8], _ peer: Peer) {
        guard let message = try? MetadataMessage.decode(payload), case .request(let piece) = message,
            let id = peer.state.extensions.m[MetadataMessage.name], id != 0
        else { return }
        let answer = metadata(piece, for: peer) ?? .reject(piece: piece)
        send(.extended(id: id, payload: answer.encode()), to: peer)
    }

    private func metadata(_ piece: Int, for peer: Peer) -> MetadataMessage? {
        guard let metadata = configuration.metadata else { return nil }
        let pieces = MetadataMessage.pieceCount(totalSize: metadata.count)
        guard piece < pieces, peer.traffic.metadataPieces < pieces * Self.highestCopies + Self.sparePieces else {
            return nil
        }
        peer.traffic.metadataPieces += 1
        let start = metadata.startIndex + piece * MetadataMessage.pieceLength
        let length = MetadataMessage.length(of: piece, totalSize: metadata.count)
        return .data(piece: piece, totalSize: metadata.count, bytes: metadata[start..<(start + length)])
    }
}
