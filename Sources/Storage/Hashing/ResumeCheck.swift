import Glibc
package import Metainfo

/// What of a torrent's data may be believed at a start without being read, and what must be hashed.
///
/// A piece is believed when it was saved as verified and each of its files has the length and the time of change that it had
/// then. Costs one `stat` for each file and reads nothing. Blocks on the disk, so it belongs on a worker.
///
/// What it must respect (rTorrent's rules):
/// - a file that was there is believed only with the same time of change and exactly its length; else all its pieces are hashed;
/// - a file that was not there, and is there now, is hashed: somebody put it there;
/// - a file that is not there has no pieces, whatever was saved;
/// - a piece shared by files is as doubtful as its most doubtful file;
/// - bytes that lie in the parts file for want of their own file (`PieceStore.prepare`) are always hashed: they are few.
package struct ResumeCheck: Sendable {
    /// Pieces that need no reading.
    package private(set) var believed: Bitfield
    /// Pieces that may be there; none of them is believed.
    package private(set) var toHash: Bitfield
    /// Files that are not as they were saved, in the torrent's order.
    package private(set) var changedFiles: [Int] = []

    /// Nothing of the saved could be used: it belongs to another torrent. Then all pieces are to be hashed.
    package private(set) var isForeign = false

    package init(_ resume: ResumeData, store: PieceStore) {
        let info = store.info
        guard resume.verified.count == info.pieceCount, resume.files.count == info.files.entries.count else {
            isForeign = true
            believed = Bitfield(count: info.pieceCount)
            toHash = Bitfield(allSet: info.pieceCount)
            return
        }
        believed = resume.verified
        toHash = Bitfield(count: info.pieceCount)
        for piece in resume.uncertain where piece >= 0 && piece < info.pieceCount { doubt(piece) }
        var absent: [(file: Int, pieces: Range<Int>)] = []
        for (index, entry) in info.files.entries.enumerated() where !entry.isPadding && entry.length > 0 {
            let pieces = info.layout.pieces(offset: entry.offset, length: entry.length)
            switch Self.state(of: index, saved: resume.files[index].modified, store: store) {
            case .same: continue
            case .absentAsSaved: absent.append((index, pieces))
            case .gone:
                changedFiles.append(index)
                absent.append((index, pieces))
            case .changed:
                changedFiles.append(index)
                for piece in pieces { doubt(piece) }
            }
        }
        // Last, for a piece of which one file is gone need not be hashed because another one changed.
        store.lookForParts(missing: absent.map(\.file))
        for (_, pieces) in absent { drop(pieces, store) }
    }

    private enum FileState { case same, changed, gone, absentAsSaved }

    private static func state(of file: Int, saved: Int64?, store: PieceStore) -> FileState {
        var status = stat()
        guard stat(store.path(of: file), &status) == 0, FileKind(mode: status.st_mode) == .file else {
            return saved == nil ? .absentAsSaved : .gone
        }
        guard let saved, Int64(status.st_size) == store.info.files.entries[file].length,
            Int64(status.st_mtim.tv_sec) == saved
        else { return .changed }
        return .same
    }

    private mutating func doubt(_ piece: Int) {
        believed[piece] = false
        toHash[piece] = true
    }

    /// The pieces of a file that is not there: only those at its ends can be whole, if the parts file has its share of them.
    private mutating func drop(_ pieces: Range<Int>, _ store: PieceStore) {
        for piece in pieces {
            let wasThere = believed[piece] || toHash[piece]
            believed[piece] = false
            toHash[piece] = wasThere && store.mayBeParted(piece)
        }
    }
}
