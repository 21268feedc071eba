/// One step with a file did not work; `code` is an `errno`.
struct FileStepError: Error, Hashable {
    let step: String
    let code: Int32
}

/// The few things that a session does with the files of its folder; a test puts one there that dies in the middle.
///
/// Names have no slash. Any thread, one call at a time for each name.
protocol SessionFiles: Sendable {
    /// All names in the folder.
    func names() throws(FileStepError) -> [String]

    /// Whether something bears that name.
    func has(_ name: String) -> Bool

    /// The whole file; nil if there is none.
    ///
    /// - Throws: also when it is no plain file, or longer than `limit`.
    func read(_ name: String, limit: Int) throws(FileStepError) -> [UInt8]?

    /// Makes or replaces a file; after a crash it may be there in part or not at all.
    func write(_ bytes: [UInt8], to name: String) throws(FileStepError)

    /// What was written so far may go to the disk together: only a hint.
    func beginSync()

    /// Returns when a written file is on the disk.
    func sync(_ name: String) throws(FileStepError)

    /// Replaces what was at `target`; never seen half done.
    func rename(_ name: String, to target: String) throws(FileStepError)

    /// Another name for the same file; replaces what was there.
    func link(_ name: String, to target: String) throws(FileStepError)

    /// A file that is not there is no error.
    func remove(_ name: String) throws(FileStepError)

    /// Returns when all renames and removals so far are on the disk.
    func syncFolder() throws(FileStepError)
}
