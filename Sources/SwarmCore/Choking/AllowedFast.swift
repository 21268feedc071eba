import Metainfo
import Storage

/// The few pieces a peer that has nothing may fetch even while it is choked, so that it soon has something to trade. BEP 6.
///
/// The set follows from the peer's network and the info-hash alone: coming back under another port gains nothing.
enum AllowedFast {
    /// Pieces granted to each peer; one that has as many needs no help.
    static let count = 10

    /// Pieces for a peer at `address`, at most `count`, without repeats; empty for IPv6, for which BEP 6 names no rule.
    static func pieces(for address: PeerAddress, infoHash: InfoHash, pieceCount: Int, count: Int = count) -> [Int] {
        guard let ipv4 = address.ipv4, pieceCount > 0 else { return [] }
        let wanted = min(count, pieceCount)
        let network = ipv4 & 0xFFFF_FF00
        var seed = (0..<4).map { UInt8(truncatingIfNeeded: network >> (24 - 8 * UInt32($0))) } + infoHash.bytes
        var chosen: [Int] = []
        while chosen.count < wanted {
            seed = seed.withUnsafeBytes { PieceHasher.sha1($0).bytes }
            for word in 0..<5 where chosen.count < wanted {
                let number = seed[(4 * word)..<(4 * word + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                let piece = Int(number % UInt32(pieceCount))
                if !chosen.contains(piece) { chosen.append(piece) }
            }
        }
        return chosen
    }
}
