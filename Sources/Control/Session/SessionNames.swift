import Metainfo

/// The names of one torrent's files in the session folder.
struct SessionNames: Hashable, Sendable {
    /// `HASH.torrent`: what the torrent is.
    let torrent: String
    /// Upper-case digits.
    let hash: String

    init(_ infoHash: InfoHash) {
        hash = infoHash.hex.uppercased()
        torrent = hash + ".torrent"
    }

    /// What the user wants of it.
    var record: String { torrent + ".rtorrent" }
    /// What is on disk.
    var resume: String { torrent + ".libtorrent_resume" }

    /// A file on its way to `name`.
    static func new(_ name: String) -> String { name + ".new" }
    /// A file that could not be read, kept for whoever wants to look.
    static func damaged(_ name: String) -> String { name + ".damaged" }

    /// In the order in which they are put in their places.
    var written: [String] { [resume, record, torrent] }

    /// All that may be there, in the order in which they go: once the first two are gone the torrent is forgotten, whatever happens next.
    var all: [String] {
        let files = [torrent, resume, record]
        return [Self.new(torrent)] + files + [Self.new(resume), Self.new(record)] + files.map(Self.damaged)
    }

    /// The torrents that these files belong to, in order of their hashes; also those whose first save was cut off before its end.
    ///
    /// rTorrent's rule: forty digits in upper case and `.torrent`; anything else in the folder is not ours.
    static func torrents(in names: some Sequence<String>) -> [InfoHash] {
        var found: Set<InfoHash> = []
        for name in names {
            for end in [".torrent", ".torrent.new"] where name.utf8.count == 40 + end.utf8.count && name.hasSuffix(end)
            {
                let digits = name.prefix(40)
                guard digits.utf8.allSatisfy({ $0 < UInt8(ascii: "a") }), let hash = InfoHash(hex: String(digits))
                else { continue }
                found.insert(hash)
            }
        }
        return found.sorted()
    }
}
