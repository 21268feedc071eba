/// A name in a torrent that was not used as it came, and what was put in its place.
///
/// The rule: a bad name never loses a file, for the pieces count its bytes; it gets a safe name, and that is said here.
package struct UnsafeName: Hashable, Sendable, CustomStringConvertible {
    /// Index into `FileList.entries`; nil for the name of the torrent itself.
    package let file: Int?
    /// As it came, invalid UTF-8 replaced; not fit for a terminal.
    package let original: String
    /// The safe path, or why there is none.
    package let replacement: String
    /// Why it could not stay.
    package let problem: Problem

    /// What can be wrong with a name; the texts finish a sentence that begins with it.
    package enum Problem: String, Hashable, Sendable, CaseIterable {
        case empty = "is empty"
        case dots = "would leave or stay in the folder"
        case separator = "contains a path separator"
        case nul = "contains a NUL byte"
        case invalidUTF8 = "is not UTF-8"
        case componentTooLong = "has a component above 255 bytes"
        case pathTooLong = "is longer than 2048 bytes"
        case collision = "is taken by another file or folder"
        case linkOutside = "links outside the folder or to itself"
    }

    /// File, old name, cause and new name in one sentence, fit for a terminal.
    package var description: String {
        let subject = file.map { "file \($0 + 1)" } ?? "name"
        let shown = original.count > 80 ? String(original.prefix(80)) + "…" : original
        return "\(subject): \"\(shown.printable)\" \(problem.rawValue); using \"\(replacement.printable)\""
    }
}
