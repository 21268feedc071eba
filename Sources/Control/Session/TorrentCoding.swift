import Bencode
import Commands
import Metainfo

/// `HASH.torrent`: the torrent itself, or a magnet link that waits for it.
enum TorrentCoding {
    /// Keys under which rTorrent before 0.8.9 kept in the torrent what now has files of its own; tools still make such torrents.
    static let recordKey = "rtorrent"
    static let resumeKey = "libtorrent_resume"

    // MARK: Reading

    /// - Throws: a sentence on what is wrong.
    static func decode(_ bytes: [UInt8], infoHash: InfoHash) throws(SessionDamage) -> SessionEntry.Content {
        if let magnet = try magnet(bytes, infoHash) { return .magnet(magnet) }
        let metainfo: MetainfoFile
        do throws(MetainfoError) { metainfo = try MetainfoFile.decode(bytes) } catch {
            throw SessionDamage(sentence: error.description)
        }
        guard metainfo.networkHash == infoHash else {
            throw SessionDamage(sentence: "it is the torrent \(metainfo.networkHash.hex.uppercased())")
        }
        return .torrent(metainfo)
    }

    /// Nil for a torrent.
    private static func magnet(_ bytes: [UInt8], _ infoHash: InfoHash) throws(SessionDamage) -> SavedMagnet? {
        // The link is the only member that begins so; torrents need not be decoded twice.
        guard bytes.count <= 2 * MagnetLink.maxBytes + (64 << 10),
            let root = try? BencodeDecoder(limits: SessionReader.limits).decode(bytes),
            root["info"]?["meta_download"]?.integer ?? 0 != 0
        else { return nil }
        guard let link = root["magnet-uri"]?.bytes,
            let magnet = try? MagnetLink(String(decoding: link, as: UTF8.self)), magnet.networkHash == infoHash
        else { throw SessionDamage(sentence: "it holds no magnet link of this torrent") }
        let meta = root["rtorrent_meta_download"]
        var saved = SavedMagnet(
            link: link, commands: (meta?["commands"]?.list ?? []).compactMap(\.bytes),
            isStarted: meta?["start"]?.integer ?? 0 != 0, isVerbose: meta?["print_log"]?.integer ?? 0 != 0)
        if let caller = meta?[callerKey] { saved.caller = Self.caller(caller.integer) }
        return saved
    }

    /// A key of our own; rTorrent, whose commands may all do everything, has none.
    private static let callerKey = "swarm_caller"
    private static let untrustedMark: Int64 = 256

    /// Nothing but reading for what cannot be understood.
    private static func caller(_ number: Int64?) -> Caller {
        guard let number, let scope = CommandScope(rawValue: UInt8(truncatingIfNeeded: number & 255))
        else { return Caller(scope: .read, isUntrusted: true) }
        return Caller(scope: scope, isUntrusted: number & untrustedMark != 0)
    }

    private static func number(_ caller: Caller) -> Int64 {
        Int64(caller.scope.rawValue) | (caller.isUntrusted ? untrustedMark : 0)
    }

    // MARK: Writing

    static func encode(_ content: SessionState.Content, infoHash: InfoHash) -> [UInt8] {
        switch content {
        case .torrent(let bytes): withoutState(bytes)
        case .magnet(let magnet): BencodeEncoder.encode(value(magnet, infoHash))
        }
    }

    /// All other members as they came, byte for byte.
    private static func withoutState(_ bytes: [UInt8]) -> [UInt8] {
        guard let (root, _) = try? BencodeDecoder().decodePrefix(bytes), let members = root.dictionary,
            root[recordKey] != nil || root[resumeKey] != nil
        else { return bytes }
        let others = members.filter { $0.key.text != recordKey && $0.key.text != resumeKey }
        let kept = others.flatMap { bytes[$0.key.range] + bytes[$0.value.range] }
        return [UInt8(ascii: "d")] + kept + [UInt8(ascii: "e")]
    }

    private static func value(_ magnet: SavedMagnet, _ infoHash: InfoHash) -> BencodeValue {
        var meta: BencodeValue = [
            "commands": .list(magnet.commands.map { .string($0) }),
            "print_log": .integer(magnet.isVerbose ? 1 : 0), "start": .integer(magnet.isStarted ? 1 : 0),
        ]
        let caller = number(magnet.caller)
        if caller != number(.owner) { meta[callerKey] = .integer(caller) }
        var value: BencodeValue = [
            "info": [
                "meta_download": 1, "name": BencodeValue(infoHash.hex.uppercased() + ".meta"),
                "pieces": .string(infoHash.bytes),
            ],
            "magnet-uri": .string(magnet.link),
            "rtorrent_meta_download": meta,
        ]
        let link = try? MagnetLink(String(decoding: magnet.link, as: UTF8.self))
        if let trackers = link?.trackers, let first = trackers.first {
            value["announce"] = BencodeValue(first)
            value["announce-list"] = .list(trackers.map { .list([BencodeValue($0)]) })
        }
        return value
    }
}

/// Why a file of the session could not be read, as a sentence without its name.
struct SessionDamage: Error {
    let sentence: String
}
