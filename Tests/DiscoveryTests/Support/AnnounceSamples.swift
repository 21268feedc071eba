import Metainfo
import NIOCore
import NIOPosix
import Testing
import TrackerWire

@testable import Discovery

enum Sample {
    /// All kinds of bytes that percent-encoding must carry.
    static func infoHash() throws -> InfoHash {
        try #require(
            InfoHash(bytes: [0, 10, 13, 32, 37, 38, 43, 47, 61, 63, 65, 97, 126, 127, 128, 200, 254, 255, 1, 2]))
    }

    static func peerID() throws -> PeerID {
        try #require(PeerID(bytes: Array("-SW0100-abcdefghijkl".utf8)))
    }

    static func request(event: AnnounceEvent = .started) throws -> AnnounceRequest {
        AnnounceRequest(
            infoHash: try infoHash(), peerID: try peerID(), port: 6881, uploaded: 1, downloaded: 2, left: 3,
            event: event, numWant: 50, key: 0xABCD)
    }
}
