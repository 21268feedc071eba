import ArgumentParser
import Metainfo

/// What the TORRENT operand names.
enum TorrentSource: Equatable {
    case file(String)
    case url(String)
    case magnet(String)

    init(_ text: String) {
        let start = text.prefix(8).lowercased()
        if start.hasPrefix("magnet:") {
            self = .magnet(text)
        } else if start.hasPrefix("http://") || start.hasPrefix("https://") {
            self = .url(text)
        } else {
            self = .file(text)
        }
    }

    /// Reads the torrent from where it is.
    ///
    /// - Parameter bindAddresses: where to call from when it has to be fetched.
    /// - Throws: an exit code; the line that explains it is written by then.
    func load(bindAddresses: [String]) async throws(ExitCode) -> MetainfoFile {
        switch self {
        case .file(let path):
            return try TorrentInput.load(path)
        case .url(let url):
            let bytes = try await TorrentDownload(bindAddresses: bindAddresses).fetch(url)
            do {
                return try MetainfoFile.decode(bytes)
            } catch {
                let page = Self.looksLikePage(bytes) ? " (the server sent a web page)" : ""
                throw ExitStatus.end(ExitStatus.badData, "\(TerminalText.visible(url)): \(error)\(page)")
            }
        case .magnet(let text):
            do {
                let link = try MagnetLink(text)
                throw ExitStatus.end(
                    ExitStatus.unavailable,
                    "magnet links are not there yet: fetching the metainfo from peers (BEP 9) comes later; "
                        + "get the .torrent file of \(TerminalText.visible(link.displayName ?? "this torrent"))")
            } catch let error as MetainfoError {
                throw ExitStatus.end(ExitStatus.badData, error.description)
            } catch let code as ExitCode {
                throw code
            } catch {
                throw ExitStatus.end(ExitStatus.software, "\(error)")
            }
        }
    }

    private static func looksLikePage(_ bytes: [UInt8]) -> Bool {
        bytes.first { $0 > 0x20 } == UInt8(ascii: "<")
    }
}
