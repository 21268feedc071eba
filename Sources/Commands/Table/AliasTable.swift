/// Every name that a command had in some generation of rTorrent, as data.
///
/// Rows are `name target [!]`; `!` marks the generic aliases of 0.9.8, which take no target over RPC. Targets are 0.9.8's names.
package enum AliasTable {
    package struct Row: Sendable, Hashable {
        package let name: String
        package let target: String
        package let takesNoTarget: Bool
        package let generation: AliasGeneration
    }

    /// All aliases, oldest first.
    package static let rows: [Row] =
        rows(before09, .before09) + rows(until016, .until016) + rows(shorthand, .shorthand)
        + rows(since016, .since016)

    /// What 0.16 calls a name of 0.9.8 that it no longer takes unasked; nil if it still does.
    package static func successor(of name: String) -> String? { successors[name] }

    /// Names whose meaning is gone: accepted with any arguments, they answer 0 and change nothing.
    package static let retired = """
        d.initialize_logs
        get_handshake_log
        get_hash_interval
        get_hash_max_tries
        get_hash_read_ahead
        hash_interval
        hash_max_tries
        hash_read_ahead
        log.handshake
        log.libtorrent
        set_handshake_log
        set_hash_interval
        set_hash_max_tries
        set_hash_read_ahead
        system.hash.interval
        system.hash.interval.set
        system.hash.max_tries
        system.hash.max_tries.set
        system.hash.read_ahead
        system.hash.read_ahead.set
        """.split(separator: "\n").map(String.init)

    /// `on_finished = key, command` of old: the events they are today.
    package static let oldEvents: [(name: String, event: String)] = [
        ("on_insert", "event.download.inserted"),
        ("on_erase", "event.download.erased"),
        ("on_open", "event.download.opened"),
        ("on_close", "event.download.closed"),
        ("on_start", "event.download.resumed"),
        ("on_stop", "event.download.paused"),
        ("on_hash_queued", "event.download.hash_queued"),
        ("on_hash_removed", "event.download.hash_removed"),
        ("on_hash_done", "event.download.hash_done"),
        ("on_finished", "event.download.finished"),
    ]

    private static let successors = Dictionary(
        uniqueKeysWithValues: rows(renamedIn016, .until016).map { ($0.name, $0.target) })

    private static func rows(_ text: String, _ generation: AliasGeneration) -> [Row] {
        text.split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            return Row(name: words[0], target: words[1], takesNoTarget: words.count > 2, generation: generation)
        }
    }

    /// In 0.9.8, and in 0.16 only when asked for with `-D`, or no more.
    private static let until016 = """
        bind network.bind_address.set
        dht dht.mode.set !
        dht_port dht.port.set !
        encoding_list encoding.add !
        ip network.local_address.set
        key_layout keys.layout.set
        max_memory_usage pieces.memory.max.set !
        port_random network.port_random.set
        proxy_address network.proxy_address.set
        schedule_remove schedule_remove2 !
        torrent_list_layout ui.torrent_list.layout.set
        """

    /// Short forms in 0.9.8 and 0.16 alike.
    private static let shorthand = """
        check_hash pieces.hash.on_completion.set
        connection_leech protocol.connection.leech.set !
        connection_seed protocol.connection.seed.set !
        directory directory.default.set !
        download_rate throttle.global_down.max_rate.set_kb !
        encryption protocol.encryption.set !
        execute execute2 !
        max_downloads throttle.max_downloads.set
        max_downloads_div throttle.max_downloads.div.set
        max_downloads_global throttle.max_downloads.global.set
        max_peers throttle.max_peers.normal.set
        max_peers_seed throttle.max_peers.seed.set
        max_uploads throttle.max_uploads.set
        max_uploads_div throttle.max_uploads.div.set
        max_uploads_global throttle.max_uploads.global.set
        min_downloads throttle.min_downloads.set
        min_peers throttle.min_peers.normal.set
        min_peers_seed throttle.min_peers.seed.set
        min_uploads throttle.min_uploads.set
        port_range network.port_range.set
        ratio.disable group.seeding.ratio.disable !
        ratio.enable group.seeding.ratio.enable !
        ratio.max group2.seeding.ratio.max !
        ratio.max.set group2.seeding.ratio.max.set !
        ratio.min group2.seeding.ratio.min !
        ratio.min.set group2.seeding.ratio.min.set !
        ratio.upload group2.seeding.ratio.upload !
        ratio.upload.set group2.seeding.ratio.upload.set !
        scgi_local network.scgi.open_local
        scgi_port network.scgi.open_port
        schedule schedule2 !
        session session.path.set !
        system.shutdown system.shutdown.normal !
        throttle.max_downloads.div throttle.max_downloads.div._val !
        throttle.max_downloads.global throttle.max_downloads.global._val !
        throttle.max_uploads.div throttle.max_uploads.div._val !
        throttle.max_uploads.global throttle.max_uploads.global._val !
        to_date convert.date !
        to_elapsed_time convert.elapsed_time !
        to_gm_date convert.gm_date !
        to_gm_time convert.gm_time !
        to_kb convert.kb !
        to_mb convert.mb !
        to_throttle convert.throttle !
        to_time convert.time !
        to_xb convert.xb !
        upload_rate throttle.global_up.max_rate.set_kb !
        """

    /// What 0.16 calls commands that we define under 0.9.8's name.
    private static let since016 = """
        d.multicall d.multicall2
        log.rpc log.xmlrpc
        network.http.max_total_connections network.http.max_open
        network.http.max_total_connections.set network.http.max_open.set
        network.listen.port.random network.port_random
        network.listen.port.random.set network.port_random.set
        network.listen.port.range network.port_range
        network.listen.port.range.set network.port_range.set
        network.proxy.http network.http.proxy_address
        network.proxy.http.set network.http.proxy_address.set
        schedule.remove schedule_remove2
        system.sockets.max_size network.max_open_sockets
        system.sockets.max_size.set network.max_open_sockets.set
        system.sockets.size network.open_sockets
        """

    /// 0.9.8's names and what 0.16 calls them.
    private static let renamedIn016 = """
        d.multicall2 d.multicall
        execute2 execute
        log.xmlrpc log.rpc
        network.http.max_open network.http.max_total_connections
        network.http.max_open.set network.http.max_total_connections.set
        network.http.proxy_address network.proxy.http
        network.http.proxy_address.set network.proxy.http.set
        network.max_open_sockets system.sockets.max_size
        network.max_open_sockets.set system.sockets.max_size.set
        network.open_sockets system.sockets.size
        network.port_random network.listen.port.random
        network.port_random.set network.listen.port.random.set
        network.port_range network.listen.port.range
        network.port_range.set network.listen.port.range.set
        schedule2 schedule
        schedule_remove2 schedule.remove
        """
}
