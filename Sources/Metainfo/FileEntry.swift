/// One file of a torrent: where its bytes lie in the torrent's stream, and where it may be put on disk.
package struct FileEntry: Hashable, Sendable {
    /// Components below the torrent's own folder; for a single file just its name. At least one, each safe to create: not empty,
    /// not "." or "..", without separators and NUL, at most 255 bytes, no two files alike.
    package let path: [String]
    /// Bytes of the file.
    package let length: Int64
    /// Offset of the first byte in the torrent's stream, padding counted.
    package let offset: Int64
    /// What `attr` says; `symlink` only with a usable target.
    package let attributes: Attributes
    /// Components below the torrent's folder of what a link points to; nil for anything but a link. Never leads outside.
    package let symlinkTarget: [String]?
    /// Root of the file's SHA-256 tree (BEP 52); nil in v1 and for empty files.
    package let piecesRoot: [UInt8]?

    /// The letters of `attr` (BEP 47).
    package struct Attributes: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let padding = Attributes(rawValue: 1)
        package static let executable = Attributes(rawValue: 2)
        package static let hidden = Attributes(rawValue: 4)
        package static let symlink = Attributes(rawValue: 8)
    }

    /// An entry as given; nothing is made safe here.
    package init(
        path: [String], length: Int64, offset: Int64, attributes: Attributes = [], symlinkTarget: [String]? = nil,
        piecesRoot: [UInt8]? = nil
    ) {
        self.path = path
        self.length = length
        self.offset = offset
        self.attributes = attributes
        self.symlinkTarget = symlinkTarget
        self.piecesRoot = piecesRoot
    }

    /// Zeros that only align the next file; never on disk.
    package var isPadding: Bool { attributes.contains(.padding) }
    /// May be run; the mode on disk should say so.
    package var isExecutable: Bool { attributes.contains(.executable) }
    /// Hidden on systems that know such a flag.
    package var isHidden: Bool { attributes.contains(.hidden) }

    /// The components joined by "/".
    package var relativePath: String { path.joined(separator: "/") }

    /// Offset behind the last byte in the torrent's stream.
    package var end: Int64 { offset + length }
}
