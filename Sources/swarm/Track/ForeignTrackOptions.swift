import ArgumentParser

/// Options of bttrack.py that are accepted because scripts have them, and change nothing here.
enum ForeignTrackOptions {
    private static let names: Set<String> = [
        "aggregate_forward", "aggregator", "allow_key", "allowed_controls", "compact_reqd", "dedicated_seed_id",
        "favicon", "hupmonitor", "http_timeout", "ipv6_binds_v4", "ipv6_enabled", "keep_dead", "log_nat_checks",
        "min_time_between_cache_refreshes", "min_time_between_log_flushes", "multitracker_allowed",
        "multitracker_enabled", "multitracker_http_timeout", "multitracker_maxpeers",
        "multitracker_reannounce_interval", "socket_timeout", "timeout_check_interval",
    ]

    /// - Returns: the options among `words`, as they were written.
    /// - Throws: `ValidationError` for a word that is none of them.
    static func read(_ words: [String]) throws -> [String] {
        var found: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            let name = String(word.drop { $0 == "-" }.prefix { $0 != "=" })
            guard word.hasPrefix("--"), names.contains(name) else {
                throw ValidationError("unknown option \(word)")
            }
            if !word.contains("=") {
                guard rest.popFirst() != nil else { throw ValidationError("--\(name) wants a value") }
            }
            found.append("--\(name)")
        }
        return found
    }
}
