package import Metainfo
package import NIOCore

/// The first 68 bytes of a connection: protocol name, reserved bits, info-hash, peer id. BEP 3.
package struct Handshake: Hashable, Sendable {
    /// Bytes on the wire.
    package static let length = 68

    /// What the sender can do beyond BEP 3.
    package var reserved: ReservedBits
    package var infoHash: InfoHash
    package var peerID: PeerID

    private static let protocolName = [UInt8(19)] + Array("BitTorrent protocol".utf8)

    package init(reserved: ReservedBits, infoHash: InfoHash, peerID: PeerID) {
        self.reserved = reserved
        self.infoHash = infoHash
        self.peerID = peerID
    }

    /// Appends the 68 bytes.
    package func write(into buffer: inout ByteBuffer) {
        buffer.writeBytes(Self.protocolName)
        buffer.writeInteger(reserved.rawValue)
        buffer.writeBytes(infoHash.bytes)
        buffer.writeBytes(peerID.bytes)
    }

    /// Takes a handshake from the front of `buffer`; nil and nothing taken when it is not whole yet.
    ///
    /// - Throws: `notBitTorrent` at the first wrong byte, not only when all 68 are there: a browser or port scanner
    ///   that stops early need not be waited for.
    package static func read(from buffer: inout ByteBuffer) throws(PeerWireError) -> Handshake? {
        let start = buffer.readableBytesView.prefix(protocolName.count)
        guard protocolName.starts(with: start) else {
            throw .notBitTorrent(found: Array(start))
        }
        guard buffer.readableBytes >= length,
            let bytes = buffer.readBytes(length: length),
            let infoHash = InfoHash(bytes: bytes[28..<48]),
            let peerID = PeerID(bytes: bytes[48..<68])
        else { return nil }
        let reserved = bytes[20..<28].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Handshake(reserved: ReservedBits(rawValue: reserved), infoHash: infoHash, peerID: peerID)
    }
}
