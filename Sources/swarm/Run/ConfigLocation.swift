import Glibc

/// Where the config of `swarm run` is looked for: places of our own first, then rTorrent's.
struct ConfigLocation: Sendable {
    let home: String?
    let configFolder: String?

    /// - Parameter environment: `HOME` and `XDG_CONFIG_HOME` are asked for. A relative one counts as not set, as the XDG base directory
    ///   specification and rTorrent have it.
    init(environment: (String) -> String?) {
        func absolute(_ name: String) -> String? { environment(name).flatMap { $0.hasPrefix("/") ? $0 : nil } }
        home = absolute("HOME")
        configFolder = absolute("XDG_CONFIG_HOME")
    }

    /// All places in the order in which they are tried.
    var candidates: [String] {
        var paths: [String] = []
        if let home { paths.append("\(home)/.swarmrc") }
        for name in ["swarm/swarm.rc", "rtorrent/rtorrent.rc"] {
            if let configFolder { paths.append("\(configFolder)/\(name)") }
            if let home, configFolder != "\(home)/.config" { paths.append("\(home)/.config/\(name)") }
        }
        if let home { paths.append("\(home)/.rtorrent.rc") }
        return paths
    }

    /// The first place where something is. What cannot be read there is an error of the reader, no reason to take another.
    func first(exists: (String) -> Bool) -> String? { candidates.first(where: exists) }
}

extension ConfigLocation {
    /// The config of whoever runs this; nil if there is none.
    static var found: String? {
        ConfigLocation(environment: Environment.value).first { access($0, F_OK) == 0 }
    }
}
