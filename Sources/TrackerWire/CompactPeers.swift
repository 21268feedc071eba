package import Metainfo

/// Peers as strings of 6 bytes (IPv4) or 18 bytes (IPv6), address then port, both big-endian. BEP 7, 15, 23.
package enum CompactPeers {
    package static let lengthV4 = 6
    package static let lengthV6 = 18
    /// More peers than this are not taken from one reply: nobody can use them, a hostile tracker would fill memory.
    package static let maximumPeers = 5000

    /// Reads whole entries; a rest that is shorter than an entry and peers with port 0 are left out.
    package static func decode(_ bytes: ArraySlice<UInt8>, isIPv6: Bool) -> [PeerAddress] {
        let length = isIPv6 ? lengthV6 : lengthV4
        let count = min(bytes.count / length, maximumPeers)
        var peers: [PeerAddress] = []
        peers.reserveCapacity(count)
        for index in 0..<count {
            let entry = bytes.dropFirst(index * length).prefix(length)
            let peer = isIPv6 ? PeerAddress(compactV6: entry) : PeerAddress(compactV4: entry)
            if let peer, peer.port != 0 { peers.append(peer) }
        }
        return peers
    }
}
