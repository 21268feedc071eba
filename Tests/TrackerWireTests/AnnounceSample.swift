import Metainfo
import Testing
import TrackerWire

/// Values that several suites use.
enum AnnounceSample {
    /// Every kind of byte: unreserved ones, reserved ones, controls, beyond ASCII.
    static let hashBytes: [UInt8] = [
        0x00, 0x01, 0x20, 0x25, 0x26, 0x2B, 0x2D, 0x2E, 0x2F, 0x30, 0x3D, 0x3F, 0x41, 0x5A, 0x61, 0x7A, 0x7E, 0x7F,
        0x80,
        0xFF,
    ]
    static let hashEscaped = "%00%01%20%25%26%2B-.%2F0%3D%3FAZaz~%7F%80%FF"
    static let peerIDText = "-SW0100-abcdefghijkl"

    static func infoHash(_ last: UInt8) throws -> InfoHash {
        try #require(InfoHash(bytes: [UInt8](repeating: 7, count: 19) + [last]))
    }

    static func request() throws -> AnnounceRequest {
        AnnounceRequest(
            infoHash: try #require(InfoHash(bytes: hashBytes)), peerID: try #require(PeerID(bytes: peerIDText.utf8)),
            port: 6881, uploaded: 1, downloaded: 2, left: 3)
    }

    static func peer(_ host: String, _ port: Int) throws -> PeerAddress {
        try #require(PeerAddress(host: host, port: port))
    }
}
