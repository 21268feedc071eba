/// Which files were looked at and how they were then, so that a watch folder's scan takes only what is new or changed.
struct FileMemory {
    private struct Entry {
        var status: FileStatus
        /// It could not be loaded, and that was said.
        var isBroken: Bool
    }

    private var entries: [[UInt8]: Entry] = [:]

    var count: Int { entries.count }

    /// Whether a file is worth reading: never seen, or changed since.
    func isNew(_ path: [UInt8], _ status: FileStatus) -> Bool { entries[path]?.status != status }

    mutating func noteLoaded(_ path: [UInt8], _ status: FileStatus) {
        entries[path] = Entry(status: status, isBroken: false)
    }

    /// - Returns: false if it was broken before too, so that it has been said.
    mutating func noteBroken(_ path: [UInt8], _ status: FileStatus) -> Bool {
        let wasBroken = entries[path]?.isBroken ?? false
        entries[path] = Entry(status: status, isBroken: true)
        return !wasBroken
    }

    /// Forgets files that are gone.
    mutating func prune() { entries = entries.filter { FileStatus($0.key) != nil } }
}
