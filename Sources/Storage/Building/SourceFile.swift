import Glibc

/// One file that goes into a torrent, as it was when the folder was walked.
package struct SourceFile: Sendable, Hashable {
    /// The names from the torrent's root down, as raw bytes; empty for a torrent of one file.
    package let components: [[UInt8]]
    package let length: Int64
    package let isExecutable: Bool
    /// Where it lies on disk, as raw bytes.
    let location: [UInt8]
    /// Tells whether it is still the same file with the same content, as far as the file system knows.
    let identity: Identity

    struct Identity: Sendable, Hashable {
        let file: FileIdentity
        let modifiedSeconds: Int64
        let modifiedNanoseconds: Int64

        init(_ status: stat) {
            file = FileIdentity(status)
            modifiedSeconds = Int64(status.st_mtim.tv_sec)
            modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
        }
    }

    /// Its place on disk for people; bytes that are no UTF-8 are shown as replacement characters.
    package var path: String { String(decoding: location, as: UTF8.self) }

    /// The names joined by slashes, by whose bytes the files of a torrent are ordered.
    var joined: [UInt8] { Array(components.joined(separator: [slash])) }
}

let slash = UInt8(ascii: "/")
