package import Bencode

/// Why a torrent file or a magnet link cannot be used.
package enum MetainfoError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file is not bencoded.
    case bencode(BencodeError)
    /// A field is wrong: its path ("info.pieces"), where its value begins, what was found and what is wanted.
    case field(String, offset: Int, problem: String)
    /// Sizes that make no torrent.
    case geometry(String)
    case magnet(String)

    /// Place, find and want in one sentence, free of control characters.
    package var description: String {
        switch self {
        case .bencode(let error): error.description
        case .field(let name, let offset, let problem): "byte \(offset): \(name): \(problem)"
        case .geometry(let problem): "found \(problem)"
        case .magnet(let problem): "magnet link: \(problem)"
        }
    }

    /// The byte of the input the error is about, where that is known.
    package var offset: Int? {
        switch self {
        case .bencode(let error): error.offset
        case .field(_, let offset, _): offset
        case .geometry, .magnet: nil
        }
    }
}
