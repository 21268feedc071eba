package import Commands
import Engine
import Metainfo
import SwarmCore

/// What the first parameter of a remote call names: a hash in either case, or a hash with `:fN`, `:tN` or `:pID`.
final class TargetTable: TargetResolver {
    private unowned let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func target(named text: [UInt8]) throws(CommandFault) -> CommandTarget {
        if text.isEmpty { return .none }
        guard text.count >= 40 else { throw Self.unsupported }
        guard let infoHash = InfoHash(hex: String(decoding: text[..<40], as: UTF8.self)),
            let download = controller.downloads[infoHash]
        else { throw CommandFault(.type, "Could not find info-hash.") }
        if text.count == 40 { return .download(download) }
        guard text.count > 42, text[40] == UInt8(ascii: ":") else { throw Self.unsupported }
        let name = text[42...]
        switch text[41] {
        case UInt8(ascii: "f"):
            return .file(try Self.index(name, below: download.torrent.metainfo.info.files.entries.count), of: download)
        case UInt8(ascii: "t"):
            return .tracker(try Self.index(name, below: download.torrent.trackerStatuses.count), of: download)
        case UInt8(ascii: "p"): return .peer(try Self.peer(name, of: download))
        default: throw Self.unsupported
        }
    }

    private static let unsupported = CommandFault(.type, "Unsupported target type found.")
    private static let invalidIndex = CommandFault(.type, "Invalid index.")

    private static func index(_ text: ArraySlice<UInt8>, below count: Int) throws(CommandFault) -> Int {
        guard let (number, end) = IntegerText.prefix(Array(text), base: 10), end == text.count,
            (0..<Int64(count)).contains(number)
        else { throw invalidIndex }
        return Int(number)
    }

    private static func peer(_ id: ArraySlice<UInt8>, of download: Download) throws(CommandFault) -> PeerTarget {
        let wanted = String(decoding: id, as: UTF8.self).lowercased()
        guard let peer = download.torrent.peers().first(where: { $0.peerID.hex == wanted }) else {
            throw invalidIndex
        }
        return PeerTarget(download: download, peer: peer)
    }
}

extension Controller {
    /// A call as a front end makes it: the first parameter names the target.
    package func callRemotely(
        _ method: String, _ parameters: [Value], caller: Caller
    ) throws(CommandFault) -> Value {
        try interpreter.callRemotely(method, parameters, targets: TargetTable(controller: self), caller: caller)
    }
}
