import Bencode

/// A v1 torrent file to be written (BEP 3, 12, 19, 27): the counterpart of `MetainfoFile`.
///
/// Names are raw bytes, as the file system has them. What is nil or empty leaves no key, but a present empty text is written as
/// such, as mktorrent does.
package struct MetainfoDraft: Sendable, Hashable {
    /// What the torrent is about.
    package enum Content: Sendable, Hashable {
        case file(length: Int64)
        /// In the order of the torrent's byte stream.
        case folder([File])
    }

    /// One file of a folder.
    package struct File: Sendable, Hashable {
        /// The names from the folder down; at least one.
        package var path: [[UInt8]]
        package var length: Int64
        /// Letters of BEP 47: `x` executable, `p` padding, `h` hidden; empty leaves no key.
        package var attributes: String

        package init(path: [[UInt8]], length: Int64, attributes: String = "") {
            self.path = path
            self.length = length
            self.attributes = attributes
        }
    }

    /// The file's or folder's name.
    package var name: [UInt8]
    package var content = Content.folder([])
    package var pieceLength = 0
    /// The SHA-1 of each piece, one after the other.
    package var pieces: [UInt8] = []
    package var isPrivate = false
    package var source: String?
    /// Any text that makes the info-hash differ from that of the same files elsewhere (`x_cross_seed`).
    package var crossSeedKey: String?

    /// Tiers of tracker URLs (BEP 12).
    package var tiers: [[String]] = []
    package var webSeeds: [String] = []
    package var comment: String?
    package var createdBy: String?
    /// Seconds since 1970.
    package var creationDate: Int64?

    package init(name: [UInt8]) {
        self.name = name
    }

    /// The bytes of the .torrent file.
    package func encode() -> [UInt8] {
        BencodeEncoder.encode(value)
    }

    private var value: BencodeValue {
        var root: BencodeValue = ["info": info]
        let trackers = tiers.filter { !$0.isEmpty }
        root["announce"] = trackers.first?.first.map { BencodeValue($0) }
        // One tracker needs no list; BEP 12 has clients ignore `announce` where there is one.
        if trackers.flatMap(\.self).count > 1 {
            root["announce-list"] = .list(trackers.map { .list($0.map { BencodeValue($0) }) })
        }
        root["comment"] = comment.map { BencodeValue($0) }
        root["created by"] = createdBy.map { BencodeValue($0) }
        root["creation date"] = creationDate.map { .integer($0) }
        // BEP 19 allows both; a single URL is best known as a plain string.
        root["url-list"] =
            switch webSeeds.count {
            case 0: nil
            case 1: BencodeValue(webSeeds[0])
            default: .list(webSeeds.map { BencodeValue($0) })
            }
        return root
    }

    private var info: BencodeValue {
        var info: BencodeValue = ["piece length": .integer(Int64(pieceLength))]
        info["name"] = .string(name)
        info["pieces"] = .string(pieces)
        switch content {
        case .file(let length):
            info["length"] = .integer(length)
        case .folder(let files):
            info["files"] = .list(files.map(Self.value))
        }
        if isPrivate { info["private"] = 1 }
        info["source"] = source.map { BencodeValue($0) }
        info["x_cross_seed"] = crossSeedKey.map { BencodeValue($0) }
        return info
    }

    private static func value(of file: File) -> BencodeValue {
        var value: BencodeValue = ["length": .integer(file.length), "path": .list(file.path.map { .string($0) })]
        if !file.attributes.isEmpty { value["attr"] = BencodeValue(file.attributes) }
        return value
    }
}
