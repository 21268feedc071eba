import TestKit
import Testing

/// What a BitTorrent program is to do in a test.
struct ClientJob {
    enum Role {
        /// The data is there.
        case seed
        /// The data is to be fetched.
        case leech
    }

    let role: Role
    /// Path of the metainfo file.
    let torrent: String
    /// The folder that holds, or is to hold, the payload under its own name.
    let dataFolder: String
    /// The payload's name in that folder.
    let payloadName: String
    /// A folder for the program's own files.
    let home: String
    let address: String
    let port: UInt16
    /// Where the address is, unless it is a loopback address.
    let network: VirtualNetwork?
}

/// A BitTorrent program at work. It is killed when the last reference goes.
struct RunningClient: Sendable {
    let process: ChildProcess
    /// It never makes the empty files of a torrent.
    var leavesOutEmptyFiles = false
    /// A seed: it serves. A leecher: it has everything, checked.
    let isComplete: @Sendable () throws -> Bool

    func waitUntilComplete(within limit: Duration) async throws {
        try await eventually("\(process.command[0]) is complete", within: limit, context: { process.report }) {
            if try isComplete() { return true }
            try process.requireRunning()
            return false
        }
    }
}

/// The BitTorrent programs in these tests; each in the file of its name.
enum TorrentClient: String, CustomTestStringConvertible {
    case swarm
    /// `swarm run` with the very config that rtorrent gets.
    case swarmRun
    case rtorrent
    case aria2
    case libtorrent
    /// Refuses peers at loopback addresses, and so runs on the other host of a `VirtualNetwork`.
    case transmission

    /// Those that run on the loopback network.
    static let others: [TorrentClient] = [.rtorrent, .aria2, .libtorrent]

    var testDescription: String { rawValue }

    func start(_ job: ClientJob) async throws -> RunningClient {
        switch self {
        case .swarm: try await Swarm.start(job)
        case .swarmRun: try await RTorrent.start(job, program: [SwarmExecutable.path, "run"])
        case .rtorrent: try await RTorrent.start(job)
        case .aria2: try await Aria2.start(job)
        case .libtorrent: try await Libtorrent.start(job)
        case .transmission: try await Transmission.start(job)
        }
    }
}
