import Metainfo
import PeerWire
import Storage

/// Fetches an info dictionary from one peer. BEP 9.
///
/// Pure: messages in, messages out. Each peer is asked for the whole, so what one sends never mixes with another's, and who
/// sends a wrong one is known. Memory grows with what has come, not with what was announced.
struct MetadataFetch {
    enum Step {
        case goOn([PeerMessage])
        /// The bytes whose hash is the one sought.
        case finished([UInt8])
        /// The peer cannot or will not help; `isLie` when it sent something else.
        case failed(isLie: Bool)
    }

    private static let ownID: UInt8 = 3
    /// Requests on their way at a time.
    private static let depth = 8

    private let infoHash: InfoHash
    private let hello: ExtensionHandshake
    private var peerID: UInt8 = 0
    private var totalSize = 0
    private var bytes: [UInt8] = []
    /// Pieces asked for, and pieces here: answers come in the order of the requests.
    private var asked = 0
    private var received = 0

    init(infoHash: InfoHash, clientName: String, listenPort: UInt16) {
        self.infoHash = infoHash
        hello = ExtensionHandshake(
            m: [MetadataMessage.name: Self.ownID], v: clientName, p: listenPort == 0 ? nil : listenPort)
    }

    /// What to say first.
    func begin() -> [PeerMessage] {
        [.extended(id: ExtensionHandshake.messageID, payload: hello.encode())]
    }

    mutating func handle(_ message: PeerMessage) -> Step {
        guard case .extended(let id, let payload) = message else { return .goOn([]) }
        switch id {
        case ExtensionHandshake.messageID: return handleHello(payload)
        case Self.ownID: return handleMetadata(payload)
        default: return .goOn([])
        }
    }

    private mutating func handleHello(_ payload: [UInt8]) -> Step {
        // A later hello may change other things; what is agreed on stays.
        guard totalSize == 0 else { return .goOn([]) }
        guard let hello = try? ExtensionHandshake.decode(payload), let id = hello.m[MetadataMessage.name], id != 0,
            let size = hello.metadataSize, size <= MetadataMessage.maxMetadataSize
        else { return .failed(isLie: false) }
        (peerID, totalSize) = (id, size)
        return .goOn(requests())
    }

    private mutating func requests() -> [PeerMessage] {
        var messages: [PeerMessage] = []
        let pieces = MetadataMessage.pieceCount(totalSize: totalSize)
        while asked < pieces, asked - received < Self.depth {
            messages.append(.extended(id: peerID, payload: MetadataMessage.request(piece: asked).encode()))
            asked += 1
        }
        return messages
    }

    private mutating func handleMetadata(_ payload: [UInt8]) -> Step {
        guard let message = try? MetadataMessage.decode(payload) else { return .failed(isLie: false) }
        switch message {
        case .request(let piece):
            return .goOn([.extended(id: peerID, payload: MetadataMessage.reject(piece: piece).encode())])
        case .reject: return .failed(isLie: false)
        case .unknown: return .goOn([])
        case .data(let piece, let size, let piecesBytes):
            guard piece == received, received < asked, size == totalSize else { return .failed(isLie: false) }
            received += 1
            bytes.append(contentsOf: piecesBytes)
            guard bytes.count == totalSize else { return .goOn(requests()) }
            let digest = bytes.withUnsafeBytes { PieceHasher.sha1($0) }
            return InfoHash(bytes: digest.bytes) == infoHash ? .finished(bytes) : .failed(isLie: true)
        }
    }
}
