package import Metainfo

/// What is known to be on disk, to be believed at the next start as long as the files have not changed.
package struct ResumeData: Sendable, Equatable {
    /// One file as it was.
    package struct File: Sendable, Equatable {
        /// Time of its last change in seconds since 1970; nil when there was no file.
        package var modified: Int64?
        /// Its pieces that are complete.
        package var completedPieces: Int
        package var priority: FilePriority

        package init(modified: Int64?, completedPieces: Int = 0, priority: FilePriority = .normal) {
            self.modified = modified
            self.completedPieces = completedPieces
            self.priority = priority
        }
    }

    /// Pieces that are verified and on disk.
    package var verified: Bitfield
    /// One for each entry of the torrent's file list, padding included.
    package var files: [File]
    /// Pieces that were written shortly before the save and may not have reached the disk: hashed again.
    package var uncertain: [Int]

    package init(verified: Bitfield, files: [File], uncertain: [Int] = []) {
        self.verified = verified
        self.files = files
        self.uncertain = uncertain
    }
}

/// How much a file is wanted. rTorrent's `f.priority`.
package enum FilePriority: UInt8, Sendable, CaseIterable {
    /// Not downloaded and not created.
    case off = 0
    case normal = 1
    case high = 2
}
