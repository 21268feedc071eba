import Commands
import Engine

/// `protocol.*`, `dht.*`, `trackers.*`: how peers are found and spoken with.
func defineProtocol(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    for (name, start) in [("leech", "leech"), ("seed", "seed")] {
        table.text(
            "protocol.connection.\(name)", start, [],
            help: "kind of connections of new downloads while \(name)ing: leech, seed, initial_seed")
    }
    table.names(
        "strings.connection_type", help: "kinds of connections", ["leech", "seed", "initial_seed", "metadata"])
    for direction in ["down", "up"] {
        for state in ["leech", "seed"] {
            table.text(
                "protocol.choke_heuristics.\(direction).\(state)",
                direction == "up" ? "upload_leech" : "download_leech",
                .isNeutral, help: "rule for slots of new downloads; neutral: the choker has one rule")
        }
    }
    table.names(
        "strings.choke_heuristics", help: "rules of choking",
        HeuristicNames.upload + HeuristicNames.download + ["invalid"])
    table.names("strings.choke_heuristics.upload", help: "rules of choking uploads", HeuristicNames.upload)
    table.names("strings.choke_heuristics.download", help: "rules of choking downloads", HeuristicNames.download)
    table.flag("protocol.pex", true, .safeNotYet, help: "learn peers from peers")
    defineEncryption(table)
    defineTrackers(table, controller)
    defineDHT(table, controller)
}

private func defineEncryption(_ table: SettingTable) {
    let options = [
        "none", "allow_incoming", "try_outgoing", "require", "require_RC4", "require_rc4", "enable_retry",
        "prefer_plaintext",
    ]
    let modes = ["deny", "allow", "prefer", "require"]
    table.names("strings.encryption", help: "options of protocol.encryption.set", options)
    table.names("strings.encryption.handshake", [], help: "modes of 0.16's handshake_MODE", modes)
    table.names("strings.encryption.stream", [], help: "modes of 0.16's stream_MODE", modes)
    // 0.9.8's default, in 0.16's words.
    var handshake = "allow"
    var stream = "allow"
    table.action(
        "protocol.encryption.set", [.string("option").variadic], .isNotYet,
        help: "how connections with peers are encrypted; kept, connections are plain for now"
    ) { (_, arguments) throws(CommandFault) in
        var (newHandshake, newStream) = ("deny", "deny")
        for index in 0..<arguments.count {
            let word = try arguments.text(index)
            switch word {
            case "none", "enable_retry": break
            case "allow_incoming": if newHandshake == "deny" { newHandshake = "allow" }
            case "try_outgoing": newHandshake = "prefer"
            case "require": newHandshake = "require"
            case "require_RC4", "require_rc4": (newHandshake, newStream) = ("require", "require")
            case "prefer_plaintext": newStream = "allow"
            case _ where modes.contains(word): (newHandshake, newStream) = (word, word)
            case _ where word.hasPrefix("handshake_") && modes.contains(String(word.dropFirst(10))):
                newHandshake = String(word.dropFirst(10))
            case _ where word.hasPrefix("stream_") && modes.contains(String(word.dropFirst(7))):
                newStream = String(word.dropFirst(7))
            default: throw .invalidOption(word)
            }
        }
        (handshake, stream) = (newHandshake, newStream)
    }
    table.fact("protocol.encryption", .isNotYet, help: "what was set: handshake_MODE,stream_MODE") {
        () throws(CommandFault) in "handshake_\(handshake),stream_\(stream)"
    }
    table.fact("protocol.encryption.handshake", .isNotYet, help: "what was set for handshakes") {
        () throws(CommandFault) in handshake
    }
    table.fact("protocol.encryption.stream", .isNotYet, help: "what was set for what follows the handshake") {
        () throws(CommandFault) in stream
    }
}

private func defineTrackers(_ table: SettingTable, _ controller: Controller) {
    table.number("trackers.numwant", -1, help: "peers to ask a tracker for; -1 leaves it to the tracker") {
        [unowned controller] number throws(CommandFault) in
        controller.engine.limits.trackerPeersWanted = Int32(clamping: number)
        return number
    }
    table.flag("trackers.use_udp", true, help: "ask udp:// trackers") {
        [unowned controller] isUsed throws(CommandFault) in
        controller.engine.limits.usesUDPTrackers = isUsed
    }
    table.flag("trackers.delay_scrape", false, .isNotYet, isSilent: true, help: "do not ask trackers while starting up")
    for (name, isEnabled) in [("enable", true), ("disable", false)] {
        table.action("trackers.\(name)", [.any("ignored").optional], help: "\(name) all trackers of all downloads") {
            [unowned controller] (_, _) throws(CommandFault) in
            for download in controller.downloads.all {
                for index in download.torrent.trackerStatuses.indices {
                    download.torrent.setTracker(index, isEnabled: isEnabled)
                }
            }
        }
    }
    table.names(
        "strings.tracker_event", help: "events of t.latest_event",
        ["updated", "completed", "started", "stopped", "scrape"])
    table.names("strings.tracker_mode", help: "modes of choke_group.tracker.mode", ["normal", "aggressive"])
}

/// Peers without trackers are still to come: what is set is kept, and nothing claims to be going on.
private func defineDHT(_ table: SettingTable, _ controller: Controller) {
    var mode = "disable"
    table.action(
        "dht.mode.set", [.string("disable, off, auto or on")], [.isUntrustedSafe, .isNotYet],
        help: "find peers without trackers"
    ) { (_, arguments) throws(CommandFault) in
        let word = try arguments.text(0)
        guard ["disable", "off", "auto", "on"].contains(word) else {
            throw .input(
                "Invalid argument.", explanation: "\"\(word)\" is not disable, off, auto or on",
                subject: Array(word.utf8))
        }
        mode = word
    }
    table.action("dht.add_node", [.string("host[:port]")], [.isUntrustedSafe, .isNotYet], help: "begin with that node")
    {
        (_, _) throws(CommandFault) in throw .input("DHT not enabled.")
    }
    table.number("dht.port", 6_881, .safeNotYet, help: "UDP port of the DHT")
    table.number(
        "dht.override_port", 0, .safeNotYet, isSilent: true, help: "port told to the DHT instead of the bound one")
    table.text("dht.throttle.name", "", .safeNotYet, isSilent: true, help: "throttle group of the DHT's traffic")
    table.map.define("dht.statistics", .map, flags: .safeNotYet, help: "what the DHT is doing") {
        (context, _) throws(CommandFault) in
        .map([
            "active": 0, "dht": .text(mode),
            "throttle": try context.interpreter.call("dht.throttle.name", .none, context),
        ])
    }
}
