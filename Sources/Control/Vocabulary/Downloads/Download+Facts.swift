import Commands
import Engine
import Metainfo
import Storage

// What commands ask of a download that follows from its torrent and record alone.
extension Download {
    var info: Info { torrent.metainfo.info }
    /// Padding counted, as file indices of rTorrent do.
    var files: [FileEntry] { info.files.entries }

    var isOpen: Bool { torrent.stage > .closed }
    var isActive: Bool { isMeta ? search != nil : torrent.stage == .active }
    /// What is on disk is known.
    var isHashChecked: Bool { torrent.stage >= .ready }

    /// The priority that the user gave a file; it takes effect with `d.update_priorities`.
    func priority(ofFile index: Int) -> FilePriority {
        guard record.filePriorities.indices.contains(index) else { return .normal }
        return FilePriority(rawValue: record.filePriorities[index]) ?? .normal
    }

    /// The pieces that share a byte with a file that is not off.
    var wantedPieces: Bitfield {
        var wanted = Bitfield(count: layout.pieceCount)
        for (index, file) in files.enumerated() where priority(ofFile: index) != .off {
            for piece in layout.pieces(offset: file.offset, length: file.length) { wanted.insert(piece) }
        }
        return wanted
    }

    /// Where a file is, or would be, on disk; empty before the first opening in this process. `f.frozen_path`
    func frozenPath(ofFile index: Int) -> [UInt8] {
        guard !frozenPath.isEmpty, isMultiFile else { return frozenPath }
        return frozenPath + [UInt8(ascii: "/")] + files[index].pathBytes
    }
}

extension FileEntry {
    /// The components joined by `/`.
    var pathBytes: [UInt8] {
        var bytes: [UInt8] = []
        for component in path {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "/")) }
            bytes += component.utf8
        }
        return bytes
    }
}

/// Bytes as front ends want to see them.
enum HashText {
    /// Upper-case hexadecimal digits.
    static func upper(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let digits: StaticString = "0123456789ABCDEF"
        var text: [UInt8] = []
        text.reserveCapacity(bytes.underestimatedCount * 2)
        for byte in bytes {
            text.append(digits.utf8Start[Int(byte >> 4)])
            text.append(digits.utf8Start[Int(byte & 15)])
        }
        return text
    }

    /// For an address: letters, digits and `-` as they are, every other byte as `%XX`. rTorrent escapes more than RFC 3986 asks for.
    static func escaped(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
                text.append(byte)
            default: text += [UInt8(ascii: "%")] + upper(CollectionOfOne(byte))
            }
        }
        return text
    }

    /// The last component of a path.
    static func lastComponent(of path: [UInt8]) -> [UInt8] {
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return Array(path[(slash + 1)...])
    }
}
