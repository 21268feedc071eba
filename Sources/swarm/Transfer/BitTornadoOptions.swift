import ArgumentParser

/// What users of btdownloadheadless typed, read from the words that our own options left over.
///
/// Each of its options takes a value. All of them are accepted; those that change nothing here are named once, so that
/// scripts go on working and nobody believes in a setting that does nothing.
struct BitTornadoOptions: Equatable {
    /// `--responsefile`, `--metafile` or `--url`.
    var torrent: String?
    var saveAs: String?
    var minPort: UInt16?
    var maxPort: UInt16?
    var maxUploadRate: RateLimit?
    var maxDownloadRate: RateLimit?
    var maxUploads: Int?
    var maxConnections: Int?
    /// Seconds between status blocks.
    var displayInterval: Double?
    /// Words that are no options, in order.
    var operands: [String] = []
    /// Options that were accepted and do nothing.
    var withoutEffect: [String] = []

    /// Accepted; the engine has its own way with each of these.
    private static let ignored: Set<String> = [
        "alloc_rate", "alloc_type", "auto_flush", "auto_kick", "breakup_seed_bitfield", "buffer_reads", "check_hashes",
        "crypto_allowed", "dedicated_seed_id", "double_check", "download_slice_size", "expire_cache_data",
        "http_timeout", "ip", "ipv6_binds_v4", "ipv6_enabled", "keepalive_interval", "lock_files", "lock_while_reading",
        "max_files_open", "max_initiate", "max_message_length", "max_rate_period", "max_slice_length", "min_peers",
        "min_uploads", "priority", "random_port", "rarest_first_cutoff", "rarest_first_priority_cutoff",
        "request_backlog", "rerequest_interval", "round_robin_period", "save_options", "security", "selector_enabled",
        "snub_time", "spew", "super_seeder", "tcp_ack_fudge", "timeout", "timeout_check_interval", "triple_check",
        "upload_rate_fudge", "upload_unit_size", "upnp_nat_access", "write_buffer_size",
    ]
    /// Who asks for these counts on encryption: better to refuse than to send in the clear.
    private static let encryption: Set<String> = ["crypto_only", "crypto_stealth"]

    /// - Throws: `ValidationError` for an option that neither we nor BitTornado have, a missing or a bad value.
    static func read(_ words: [String]) throws -> BitTornadoOptions {
        var options = BitTornadoOptions()
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                options.operands += rest
                break
            }
            guard word.hasPrefix("-"), word.count > 1 else {
                options.operands.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard word.hasPrefix("--"), isKnown(String(parts[0].dropFirst(2))) else {
                throw ValidationError("unknown option \(parts[0])")
            }
            guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                throw ValidationError("\(word) wants a value")
            }
            try options.take(String(parts[0].dropFirst(2)), value)
        }
        return options
    }

    private static func isKnown(_ name: String) -> Bool {
        let read = [
            "responsefile", "metafile", "url", "saveas", "minport", "maxport", "max_upload_rate", "max_download_rate",
            "max_uploads", "max_connections", "display_interval",
        ]
        return read.contains(name) || ignored.contains(name) || encryption.contains(name)
    }

    private mutating func take(_ name: String, _ value: String) throws {
        switch name {
        case "responsefile", "metafile", "url": torrent = value.isEmpty ? nil : value
        case "saveas": saveAs = value.isEmpty ? nil : value
        case "minport": minPort = try parse(name, value, "a port", UInt16.init)
        case "maxport": maxPort = try parse(name, value, "a port", UInt16.init)
        case "max_upload_rate": maxUploadRate = try parse(name, value, "KiB/s", RateLimit.init(argument:))
        case "max_download_rate": maxDownloadRate = try parse(name, value, "KiB/s", RateLimit.init(argument:))
        case "max_uploads": maxUploads = try parse(name, value, "a number from 1", count(from: 1))
        case "max_connections": maxConnections = try parse(name, value, "a number from 0", count(from: 0))
        case "display_interval":
            displayInterval = try parse(name, value, "seconds") { text in
                Double(text).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
            }
        default:
            if Self.encryption.contains(name), value != "0" {
                throw ValidationError("--\(name) \(value): encrypted connections are not there yet")
            }
            withoutEffect.append("--\(name)")
        }
    }

    private func parse<Value>(
        _ name: String, _ text: String, _ wanted: String, _ read: (String) -> Value?
    ) throws -> Value {
        guard let value = read(text) else {
            throw ValidationError("--\(name): found \"\(text)\", wanted \(wanted)")
        }
        return value
    }

    private func count(from low: Int) -> (String) -> Int? {
        { text in Int(text).flatMap { $0 >= low && $0 <= 1_000_000 ? $0 : nil } }
    }
}
