import Bencode

/// What two peers tell each other about their extensions: message 0 of the extension protocol. BEP 10.
///
/// All of it is optional, so a field of a wrong type or out of range is taken as absent, as other clients do; only a
/// payload that is no dictionary is refused. Peers may send it again to change something.
package struct ExtensionHandshake: Hashable, Sendable {
    /// The number of this message among `extended` messages.
    package static let messageID: UInt8 = 0

    /// Names of extensions and the ids their messages shall have when sent to us; 0 switches one off.
    package var m: [String: UInt8]
    /// Name and version of the client.
    package var v: String?
    /// The TCP port the sender listens on.
    package var p: UInt16?
    /// How many requests the sender keeps waiting without dropping any (`reqq`).
    package var requestQueueLimit: Int?
    /// Bytes of the info dictionary (BEP 9); positive. The reader must bound it before allocating.
    package var metadataSize: Int?
    /// Our address as the sender sees it: 4 or 16 bytes.
    package var yourIP: [UInt8]?
    /// The sender wants no pieces of this torrent (BEP 21).
    package var uploadOnly: Bool

    /// An extension's name or a client's longer than this is not kept.
    private static let maxNameBytes = 256
    /// Real clients list about ten.
    private static let maxExtensions = 128

    package init(
        m: [String: UInt8] = [:], v: String? = nil, p: UInt16? = nil, requestQueueLimit: Int? = nil,
        metadataSize: Int? = nil, yourIP: [UInt8]? = nil, uploadOnly: Bool = false
    ) {
        self.m = m
        self.v = v
        self.p = p
        self.requestQueueLimit = requestQueueLimit
        self.metadataSize = metadataSize
        self.yourIP = yourIP
        self.uploadOnly = uploadOnly
    }

    /// The payload of the message, without length prefix and ids.
    package func encode() -> [UInt8] {
        var fields: [[UInt8]: BencodeValue] = [:]
        var ids: [[UInt8]: BencodeValue] = [:]
        for (name, id) in m {
            ids[Array(name.utf8)] = .integer(Int64(id))
        }
        fields[Array("m".utf8)] = .dictionary(ids)
        fields[Array("v".utf8)] = v.map { .string(Array($0.utf8)) }
        fields[Array("p".utf8)] = p.map { .integer(Int64($0)) }
        fields[Array("reqq".utf8)] = requestQueueLimit.map { .integer(Int64($0)) }
        fields[Array("metadata_size".utf8)] = metadataSize.map { .integer(Int64($0)) }
        fields[Array("yourip".utf8)] = yourIP.map { .string($0) }
        fields[Array("upload_only".utf8)] = uploadOnly ? .integer(1) : nil
        return BencodeEncoder.encode(.dictionary(fields))
    }

    /// Reads the payload of the message.
    ///
    /// - Throws: `malformedExtension` when it is no bencoded dictionary, or nested or filled beyond all use.
    package static func decode(_ payload: [UInt8]) throws(PeerWireError) -> ExtensionHandshake {
        let limits = BencodeLimits(maxDepth: 16, maxItems: 4096, maxBytes: 1024 * 1024)
        let root: BencodeNode
        do {
            root = try BencodeDecoder(limits: limits).decodePrefix(payload).node
        } catch {
            throw .malformedExtension(message: "extension handshake", reason: error.description)
        }
        guard root.dictionary != nil else {
            throw .malformedExtension(
                message: "extension handshake", reason: "found another value, wanted a dictionary")
        }
        var handshake = ExtensionHandshake()
        handshake.m = extensions(of: root["m"])
        handshake.v = root["v"]?.text.flatMap { $0.utf8.count <= maxNameBytes ? $0 : nil }
        handshake.p = root["p"]?.integer.flatMap(UInt16.init(exactly:)).flatMap { $0 == 0 ? nil : $0 }
        handshake.requestQueueLimit = positive(root["reqq"])
        handshake.metadataSize = positive(root["metadata_size"])
        handshake.yourIP = root["yourip"]?.bytes.flatMap { $0.count == 4 || $0.count == 16 ? $0 : nil }
        handshake.uploadOnly = root["upload_only"]?.integer.map { $0 != 0 } ?? false
        return handshake
    }

    private static func extensions(of node: BencodeNode?) -> [String: UInt8] {
        var ids: [String: UInt8] = [:]
        for (key, value) in node?.dictionary ?? [] {
            guard ids.count < maxExtensions, let name = key.text, name.utf8.count <= maxNameBytes,
                let id = value.integer.flatMap(UInt8.init(exactly:))
            else { continue }
            ids[name] = id
        }
        return ids
    }

    /// Sizes that fit in 31 bits, as all clients send them; whatever else comes is a lie.
    private static func positive(_ node: BencodeNode?) -> Int? {
        node?.integer.flatMap { $0 > 0 && $0 <= Int64(Int32.max) ? Int($0) : nil }
    }
}
