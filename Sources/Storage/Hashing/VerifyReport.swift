package import Metainfo

/// What a check of a torrent's data found.
package struct VerifyReport: Sendable {
    package let info: Info
    /// The pieces whose bytes on disk have the right hash.
    package let verified: Bitfield
    /// Files that are missing, short, too long, no files or closed to us.
    package let problems: [FileProblem]
    /// The first failure to read each file that could be opened.
    package let readFailures: [StorageError]
    /// The check was stopped; pieces not reached count as not verified.
    package let wasStopped: Bool

    /// All pieces are right, and so are the empty files.
    package var isWhole: Bool {
        verified.setCount == verified.count && problems.allSatisfy(\.isHarmless) && !wasStopped
    }

    /// Pieces whose bytes are wrong or missing, ascending.
    package var damagedPieces: [Int] {
        (0..<verified.count).filter { !verified[$0] }
    }

    /// Bytes of files in pieces that are right; padding does not count.
    package var verifiedLength: Int64 {
        var sum: Int64 = 0
        verified.forEachSet { sum += Int64(info.layout.length(of: $0)) }
        for entry in info.files.entries where entry.isPadding && entry.length > 0 {
            for piece in info.layout.pieces(offset: entry.offset, length: entry.length) where verified[piece] {
                let start = info.layout.offset(of: piece)
                let end = start + Int64(info.layout.length(of: piece))
                sum -= min(end, entry.end) - max(start, entry.offset)
            }
        }
        return sum
    }

    /// The files that are not, or may not be, as the torrent says, in the torrent's order.
    package func damagedFiles(path: (Int) -> String) -> [FileDamage] {
        let problems = Dictionary(problems.map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
        let failures = Dictionary(readFailures.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        var surely = Set(problems.filter { !$0.value.isHarmless }.keys)
        let entries = info.files.entries
        let touched = entries.indices.map { index in entries[index].isPadding ? [] : damagedPieces(of: entries[index]) }
        for index in entries.indices where touched[index].contains(where: { isAlone(index, in: $0) }) {
            surely.insert(index)
        }
        return entries.indices.compactMap { index in
            guard !touched[index].isEmpty || surely.contains(index) else { return nil }
            let kind: FileDamage.Kind =
                if let problem = problems[index], !problem.isHarmless {
                    .problem(problem)
                } else if let failure = failures[path(index)] {
                    .unreadable(failure)
                } else if surely.contains(index) {
                    .damaged
                } else {
                    .uncertain
                }
            let pieceCount = info.layout.pieces(offset: entries[index].offset, length: entries[index].length).count
            return FileDamage(
                file: index, path: path(index), kind: kind, damagedPieces: touched[index], pieceCount: pieceCount)
        }
    }

    private func damagedPieces(of entry: FileEntry) -> [Int] {
        info.layout.pieces(offset: entry.offset, length: entry.length).filter { !verified[$0] }
    }

    /// Whether no other file has a byte in the piece.
    private func isAlone(_ file: Int, in piece: Int) -> Bool {
        let spans = info.files.spans(offset: info.layout.offset(of: piece), length: info.layout.length(of: piece))
        return spans.allSatisfy { $0.file == file || info.files.entries[$0.file].isPadding }
    }
}

/// One file that is not, or may not be, as the torrent says.
package struct FileDamage: Sendable {
    /// How much is known.
    package enum Kind: Sendable {
        /// It is missing, short or cannot be opened.
        case problem(FileProblem)
        /// It could be opened, but not all of it read.
        case unreadable(StorageError)
        /// It has a wrong piece to itself.
        case damaged
        /// It only shares wrong pieces with other files; they may be to blame.
        case uncertain
    }

    /// Its index in the torrent's file list.
    package let file: Int
    package let path: String
    package let kind: Kind
    /// Its pieces that are wrong, shared ones included, ascending.
    package let damagedPieces: [Int]
    /// Of how many pieces it has a part.
    package let pieceCount: Int
}
