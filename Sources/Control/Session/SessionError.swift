import Glibc

/// What goes wrong with a session folder.
package enum SessionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The folder cannot be used at all; `code` is an `errno`.
    case folder(path: String, code: Int32)
    /// Another process has it. `holder` is the content of its lock.
    case locked(path: String, holder: String)
    /// A file of it could not be written; the one that was there before is whole.
    case notSaved(file: String, step: String, code: Int32)

    /// The first two begin with rTorrent's own words.
    package var description: String {
        switch self {
        case .folder(let path, let code):
            "Could not lock session directory: \"\(path)\", \(Self.text(code))"
        case .locked(let path, let holder):
            "Could not lock session directory: \"\(path)\", held by \"\(holder)\"."
        case .notSaved(let file, let step, let code):
            "session: \(file): could not \(step): \(Self.text(code)); what was saved before is still there"
        }
    }

    static func text(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &buffer, buffer.count - 1) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
