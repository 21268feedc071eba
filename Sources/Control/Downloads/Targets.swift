package import Commands
import Engine
package import SwarmCore

extension TargetKind {
    package static let download = TargetKind(1)
    package static let file = TargetKind(2)
    package static let tracker = TargetKind(3)
    package static let peer = TargetKind(4)
}

/// A peer as a target: who it is now and whose.
package final class PeerTarget {
    package let download: Download
    package let peer: PeerSnapshot

    package init(download: Download, peer: PeerSnapshot) {
        self.download = download
        self.peer = peer
    }
}

extension CommandTarget {
    package static func download(_ download: Download) -> CommandTarget { CommandTarget(.download, download) }
    package static func file(_ index: Int, of download: Download) -> CommandTarget {
        CommandTarget(.file, download, index: index)
    }
    package static func tracker(_ index: Int, of download: Download) -> CommandTarget {
        CommandTarget(.tracker, download, index: index)
    }
    package static func peer(_ peer: PeerTarget) -> CommandTarget { CommandTarget(.peer, peer) }
}

extension CommandContext {
    /// The download that a command with target `.download`, `.file` or `.tracker` works on.
    package func download() throws(CommandFault) -> Download {
        switch target.kind {
        case .download, .file, .tracker:
            // These targets are made above, with a download each; a cast at run time would be the dearest part of a list.
            guard let object = target.object else { throw .wrongTarget }
            return unsafeDowncast(object, to: Download.self)
        default: throw .wrongTarget
        }
    }

    /// The peer that a command with target `.peer` works on.
    package func peer() throws(CommandFault) -> PeerTarget {
        guard let peer = target.object as? PeerTarget else { throw .wrongTarget }
        return peer
    }
}
