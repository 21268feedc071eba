import Bencode

extension MetainfoFile {
    /// A torrent file around the bytes of an `info` dictionary, as one gets them from peers (BEP 9); what `decode` reads.
    ///
    /// - Parameter tiers: trackers; empty tiers are left out.
    package static func wrap(info: some Collection<UInt8>, tiers: [[String]]) -> [UInt8] {
        var fields: [[UInt8]: BencodeValue] = [:]
        let tiers = tiers.filter { !$0.isEmpty }
        if let first = tiers.first?.first { fields[Array("announce".utf8)] = .string(Array(first.utf8)) }
        if tiers.count > 1 || (tiers.first?.count ?? 0) > 1 {
            fields[Array("announce-list".utf8)] = .list(
                tiers.map { .list($0.map { .string(Array($0.utf8)) }) })
        }
        // "info" sorts behind both; its bytes must stay as they are, for the hash is taken over them.
        return BencodeEncoder.encode(.dictionary(fields)).dropLast() + Array("4:info".utf8) + info
            + [UInt8(ascii: "e")]
    }
}
