import Glibc
package import Metainfo
import Synchronization

extension PieceStore {
    /// Waits until all that was written has reached the disk, names of new files included.
    ///
    /// - Throws: the first failure; what failed is tried again by the next call. All others are on the disk all the same.
    package func sync() throws(StorageError) {
        if let failure = synchronised().first { throw failure.error }
    }

    /// What may be believed at the next start. Brings everything to the disk first and claims nothing that did not get there.
    ///
    /// Blocks on the disk, so it belongs on a worker. Pieces that are verified while it runs wait for the next call.
    ///
    /// - Parameters:
    ///   - verified: the pieces that are written, as of before the call.
    ///   - priorities: one for each entry of the file list.
    package func resumeData(verified: Bitfield, priorities: [FilePriority]) -> ResumeData {
        var verified = verified
        for failure in synchronised() {
            for piece in failure.pieces(info) { verified[piece] = false }
        }
        let files = info.files.entries.enumerated().map { index, entry in
            ResumeData.File(
                modified: entry.isPadding ? nil : FileOpener.modified(path(of: index)),
                completedPieces: count(verified, info.layout.pieces(offset: entry.offset, length: entry.length)),
                priority: priorities.indices.contains(index) ? priorities[index] : .normal)
        }
        return ResumeData(verified: verified, files: files)
    }

    /// Most torrents are whole; then nothing has to be counted.
    private func count(_ verified: Bitfield, _ pieces: Range<Int>) -> Int {
        verified.isAllSet ? pieces.count : pieces.count { verified[$0] }
    }

    private struct SyncFailure {
        /// Nil is the parts file.
        let file: Int?
        let error: StorageError

        /// The pieces that may not have reached the disk.
        func pieces(_ info: Info) -> Range<Int> {
            guard let file else { return 0..<info.pieceCount }
            let entry = info.files.entries[file]
            return info.layout.pieces(offset: entry.offset, length: entry.length)
        }
    }

    private func synchronised() -> [SyncFailure] {
        let work = dirty.withLock { dirty in
            defer { dirty = Dirty() }
            return dirty
        }
        var failures: [SyncFailure] = []
        for file in work.files {
            do throws(StorageError) {
                try synchronise(file)
            } catch {
                failures.append(SyncFailure(file: file == Parts.file ? nil : file, error: error))
                dirty.withLock { _ = $0.files.insert(file) }
            }
        }
        // Some file systems cannot, so a failure here is no error.
        for folder in work.folders { FreshFile.synchroniseFolder(folder) }
        return failures
    }

    private func synchronise(_ file: Int) throws(StorageError) {
        let opened = file == Parts.file ? try partsForWriting() : try openedForWriting(file, length: 0)
        guard fdatasync(opened.descriptor) == 0 else {
            let code = errno
            throw .system(.synchronise, path: file == Parts.file ? partsPath : path(of: file), code: code)
        }
    }
}

extension FileOpener {
    /// Seconds since 1970 of the last change of the file at a path, links followed; nil unless there is one.
    static func modified(_ path: String) -> Int64? {
        var status = stat()
        guard stat(path, &status) == 0, FileKind(mode: status.st_mode) == .file else { return nil }
        return Int64(status.st_mtim.tv_sec)
    }
}
