/// Other trackers that are told of our peers, and tell us of theirs.
package struct ClusterConfiguration: Sendable, Equatable {
    /// UDP port, the same for all.
    package var port: UInt16
    /// Addresses of other trackers, `host:port` or `[host]:port`, numeric. Those that listen on the same network hear us without.
    package var peers: [String] = []
    /// What all of them know and nobody else. Without it only trackers of this very machine are heard.
    package var key: [UInt8]?

    package init(port: UInt16) { self.port = port }

    /// Where trackers of one network meet; opentracker's group.
    static let group = "224.0.42.23"
}
