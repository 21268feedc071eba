/// What commands keep with a download for the life of the process only, as rTorrent does.
package struct DownloadExtras {
    /// Ends of files that shall come early, by file. `f.prioritize_first`, `f.prioritize_last`
    var urgentEdges: [Int: FileEdges] = [:]
    /// `d.accepting_seeders`
    var acceptsSeeders = true
    /// What `d.{up,down}.choke_heuristics.set` chose in place of the settings.
    var upHeuristic: [UInt8]?
    var downHeuristic: [UInt8]?
    /// What `d.connection_current.set` chose, until the download is resumed the next time.
    var connection: ConnectionKind?
    var connectionChosenAt: Int64 = 0
    /// Index of its choke group.
    var chokeGroup: Int64 = 0
    /// Bytes a file of it may have; nil follows `system.file.max_size`.
    var maxFileSize: Int64?
    /// Peers to ask trackers for; nil follows `trackers.numwant`.
    var peersWanted: Int32?
}

/// `strings.connection_type`: how a download deals with its peers.
enum ConnectionKind: String, CaseIterable {
    case leech
    case seed
    /// Super seeding, BEP 16.
    case initialSeed = "initial_seed"
    /// Only the metadata is wanted, BEP 9.
    case metadata
}
