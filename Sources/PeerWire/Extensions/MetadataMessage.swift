import Bencode

/// What peers say to each other to pass on the info dictionary, in pieces of 16 KiB. BEP 9, `ut_metadata`.
package enum MetadataMessage: Hashable, Sendable {
    /// The extension's name in `ExtensionHandshake.m`.
    package static let name = "ut_metadata"
    /// Bytes of every piece but the last.
    package static let pieceLength = 16 << 10
    /// Longer info dictionaries are neither fetched nor served: some 400,000 pieces.
    package static let maxMetadataSize = 8 << 20

    case request(piece: Int)
    /// `totalSize` is that of the whole dictionary.
    case data(piece: Int, totalSize: Int, bytes: ArraySlice<UInt8>)
    case reject(piece: Int)
    /// A kind that BEP 9 tells us to ignore.
    case unknown

    /// The payload of the `extended` message.
    package func encode() -> [UInt8] {
        switch self {
        case .request(let piece): return Self.dictionary(0, piece)
        case .data(let piece, let totalSize, let bytes): return Self.dictionary(1, piece, totalSize) + bytes
        case .reject(let piece): return Self.dictionary(2, piece)
        case .unknown: return Self.dictionary(255, 0)
        }
    }

    private static func dictionary(_ kind: Int64, _ piece: Int, _ totalSize: Int? = nil) -> [UInt8] {
        var fields: [[UInt8]: BencodeValue] = [
            Array("msg_type".utf8): .integer(kind), Array("piece".utf8): .integer(Int64(piece)),
        ]
        fields[Array("total_size".utf8)] = totalSize.map { .integer(Int64($0)) }
        return BencodeEncoder.encode(.dictionary(fields))
    }

    /// Reads the payload of the `extended` message.
    ///
    /// - Throws: `malformedExtension` when it is no dictionary with a kind and a piece, names a piece no dictionary can have, or
    ///   carries more or fewer bytes than its piece has.
    package static func decode(_ payload: [UInt8]) throws(PeerWireError) -> MetadataMessage {
        let limits = BencodeLimits(maxDepth: 4, maxItems: 64, maxBytes: 1 << 20)
        let root: (node: BencodeNode, end: Int)
        do {
            root = try BencodeDecoder(limits: limits).decodePrefix(payload)
        } catch {
            throw malformed(error.description)
        }
        guard let kind = root.node["msg_type"]?.integer else { throw malformed("found no msg_type, wanted 0, 1 or 2") }
        guard (0...2).contains(kind) else { return .unknown }
        guard let number = root.node["piece"]?.integer, number >= 0, number < Int64(maxMetadataSize / pieceLength)
        else {
            throw malformed("found no piece, wanted a number from 0 to \(maxMetadataSize / pieceLength - 1)")
        }
        let piece = Int(number)
        switch kind {
        case 0: return .request(piece: piece)
        case 2: return .reject(piece: piece)
        default: return try data(piece, root.node["total_size"]?.integer, payload[root.end...])
        }
    }

    private static func data(
        _ piece: Int, _ totalSize: Int64?, _ bytes: ArraySlice<UInt8>
    ) throws(PeerWireError) -> MetadataMessage {
        guard let totalSize, totalSize > Int64(piece * pieceLength), totalSize <= Int64(maxMetadataSize) else {
            throw malformed("found a total_size of \(totalSize ?? 0), wanted 1 to \(maxMetadataSize)")
        }
        let wanted = length(of: piece, totalSize: Int(totalSize))
        guard bytes.count == wanted else {
            throw malformed("found \(bytes.count) bytes for piece \(piece), wanted \(wanted)")
        }
        return .data(piece: piece, totalSize: Int(totalSize), bytes: bytes)
    }

    /// Bytes of a piece, which must lie inside `totalSize`.
    package static func length(of piece: Int, totalSize: Int) -> Int {
        min(pieceLength, totalSize - piece * pieceLength)
    }

    /// Pieces of a dictionary of so many bytes.
    package static func pieceCount(totalSize: Int) -> Int { (totalSize + pieceLength - 1) / pieceLength }

    private static func malformed(_ reason: String) -> PeerWireError {
        .malformedExtension(message: "metadata message", reason: reason)
    }
}
