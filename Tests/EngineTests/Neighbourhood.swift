import Engine
import Metainfo
import NIOCore
import SwarmCore
import TestKit
import Testing

/// Engines on loopback, each with an address and a folder of its own, that know one another's addresses.
final class Neighbourhood: Sendable {
    let folder: TemporaryFolder
    private let number: UInt8

    init() throws {
        folder = try TemporaryFolder()
        number = .random(in: 1...250)
    }

    /// An engine at 127.x.0.`host` on a free port.
    func engine(_ host: Int, configure: (inout EngineConfiguration) -> Void = { _ in }) async throws -> TorrentEngine {
        var configuration = EngineConfiguration(peerID: PeerID.generate())
        configuration.bindAddresses = ["127.\(number).0.\(host)"]
        configuration.portRange = 0...0
        configure(&configuration)
        let engine = TorrentEngine(configuration: configuration)
        try await engine.start()
        return engine
    }

    /// Where another engine can be reached.
    func address(of engine: TorrentEngine) throws -> PeerAddress {
        try #require(PeerAddress(host: engine.configuration.bindAddresses[0], port: Int(engine.listenPort)))
    }

    /// Waits until a torrent is whole; any other end is an error with its reason.
    func waitUntilWhole(_ torrent: Torrent) async throws {
        try await eventually("\(torrent.metainfo.info.name) is whole") {
            switch torrent.phase {
            case .seeding: return true
            case .failed(let reason): throw Failed(description: reason)
            default: return false
            }
        }
    }

    /// A folder of the neighbourhood with the contents of a torrent in it.
    func lay(_ sample: SampleTorrent, in name: String) throws -> String {
        let root = try folder.makeFolder(name)
        for file in sample.files {
            let inside = sample.isSingleFile ? [name] : [name, sample.name]
            try folder.write(file.content, to: (inside + file.path).joined(separator: "/"))
        }
        return root
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }
}

extension TorrentOptions {
    /// For an engine that has the data.
    static func seed(_ directory: String) -> TorrentOptions {
        var options = TorrentOptions(directory: directory)
        options.mode = .seedOnly
        return options
    }
}
