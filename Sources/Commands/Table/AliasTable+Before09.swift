extension AliasTable {
    /// Names from before 0.9, removed from rTorrent in 0.9.7: `name target [!]`, where `!` means that over RPC it takes no target.
    static let before09 = """
        create_link d.create_link
        cwd system.cwd.set !
        d.get_base_filename d.base_filename
        d.get_base_path d.base_path
        d.get_bitfield d.bitfield
        d.get_bytes_done d.bytes_done
        d.get_chunk_size d.chunk_size
        d.get_chunks_hashed d.chunks_hashed
        d.get_complete d.complete
        d.get_completed_bytes d.completed_bytes
        d.get_completed_chunks d.completed_chunks
        d.get_connection_current d.connection_current
        d.get_connection_leech d.connection_leech
        d.get_connection_seed d.connection_seed
        d.get_creation_date d.creation_date
        d.get_custom d.custom
        d.get_custom1 d.custom1
        d.get_custom2 d.custom2
        d.get_custom3 d.custom3
        d.get_custom4 d.custom4
        d.get_custom5 d.custom5
        d.get_custom_throw d.custom_throw
        d.get_directory d.directory
        d.get_directory_base d.directory_base
        d.get_down_rate d.down.rate
        d.get_down_total d.down.total
        d.get_free_diskspace d.free_diskspace
        d.get_hash d.hash
        d.get_hashing d.hashing
        d.get_hashing_failed d.hashing_failed
        d.get_ignore_commands d.ignore_commands
        d.get_left_bytes d.left_bytes
        d.get_loaded_file d.loaded_file
        d.get_local_id d.local_id
        d.get_local_id_html d.local_id_html
        d.get_max_file_size d.max_file_size
        d.get_max_size_pex d.max_size_pex
        d.get_message d.message
        d.get_mode d.mode
        d.get_name d.name
        d.get_peer_exchange d.peer_exchange
        d.get_peers_accounted d.peers_accounted
        d.get_peers_complete d.peers_complete
        d.get_peers_connected d.peers_connected
        d.get_peers_max d.peers_max
        d.get_peers_min d.peers_min
        d.get_peers_not_connected d.peers_not_connected
        d.get_priority d.priority
        d.get_priority_str d.priority_str
        d.get_ratio d.ratio
        d.get_size_bytes d.size_bytes
        d.get_size_chunks d.size_chunks
        d.get_size_files d.size_files
        d.get_size_pex d.size_pex
        d.get_skip_rate d.skip.rate
        d.get_skip_total d.skip.total
        d.get_state d.state
        d.get_state_changed d.state_changed
        d.get_state_counter d.state_counter
        d.get_throttle_name d.throttle_name
        d.get_tied_to_file d.tied_to_file
        d.get_tracker_focus d.tracker_focus
        d.get_tracker_numwant d.tracker_numwant
        d.get_tracker_size d.tracker_size
        d.get_up_rate d.up.rate
        d.get_up_total d.up.total
        d.get_uploads_max d.uploads_max
        d.set_connection_current d.connection_current.set
        d.set_custom d.custom.set
        d.set_custom1 d.custom1.set
        d.set_custom2 d.custom2.set
        d.set_custom3 d.custom3.set
        d.set_custom4 d.custom4.set
        d.set_custom5 d.custom5.set
        d.set_directory d.directory.set
        d.set_directory_base d.directory_base.set
        d.set_hashing_failed d.hashing_failed.set
        d.set_ignore_commands d.ignore_commands.set
        d.set_max_file_size d.max_file_size.set
        d.set_message d.message.set
        d.set_peers_max d.peers_max.set
        d.set_peers_min d.peers_min.set
        d.set_priority d.priority.set
        d.set_throttle_name d.throttle_name.set
        d.set_tied_to_file d.tied_to_file.set
        d.set_tracker_numwant d.tracker_numwant.set
        d.set_uploads_max d.uploads_max.set
        delete_link d.delete_link
        delete_tied d.delete_tied
        dht_add_node dht.add_node !
        dht_statistics dht.statistics !
        dht_throttle dht.throttle.name.set !
        execute_capture execute.capture
        execute_capture_nothrow execute.capture_nothrow
        execute_nothrow execute.nothrow
        execute_raw execute.raw
        execute_raw_nothrow execute.raw_nothrow
        execute_throw execute.throw
        f.get_completed_chunks f.completed_chunks
        f.get_frozen_path f.frozen_path
        f.get_last_touched f.last_touched
        f.get_match_depth_next f.match_depth_next
        f.get_match_depth_prev f.match_depth_prev
        f.get_offset f.offset
        f.get_path f.path
        f.get_path_components f.path_components
        f.get_path_depth f.path_depth
        f.get_priority f.priority
        f.get_range_first f.range_first
        f.get_range_second f.range_second
        f.get_size_bytes f.size_bytes
        f.get_size_chunks f.size_chunks
        f.set_priority f.priority.set
        fi.get_filename_last fi.filename_last
        get_bind network.bind_address !
        get_check_hash pieces.hash.on_completion !
        get_connection_leech protocol.connection.leech !
        get_connection_seed protocol.connection.seed !
        get_dht_port dht.port !
        get_dht_throttle dht.throttle.name !
        get_directory directory.default !
        get_down_rate throttle.global_down.rate !
        get_down_total throttle.global_down.total !
        get_download_rate throttle.global_down.max_rate !
        get_http_cacert network.http.cacert !
        get_http_capath network.http.capath !
        get_http_proxy network.http.proxy_address !
        get_ip network.local_address !
        get_max_downloads_div throttle.max_downloads.div._val !
        get_max_downloads_global throttle.max_downloads.global._val !
        get_max_file_size system.file.max_size !
        get_max_memory_usage pieces.memory.max !
        get_max_open_files network.max_open_files !
        get_max_open_http network.http.max_open !
        get_max_open_sockets network.max_open_sockets !
        get_max_peers throttle.max_peers.normal !
        get_max_peers_seed throttle.max_peers.seed !
        get_max_uploads throttle.max_uploads !
        get_max_uploads_div throttle.max_uploads.div._val !
        get_max_uploads_global throttle.max_uploads.global._val !
        get_memory_usage pieces.memory.current !
        get_min_peers throttle.min_peers.normal !
        get_min_peers_seed throttle.min_peers.seed !
        get_min_uploads throttle.min_uploads !
        get_name session.name !
        get_peer_exchange protocol.pex !
        get_port_open network.port_open !
        get_port_random network.port_random !
        get_port_range network.port_range !
        get_preload_min_size pieces.preload.min_size !
        get_preload_required_rate pieces.preload.min_rate !
        get_preload_type pieces.preload.type !
        get_proxy_address network.proxy_address !
        get_receive_buffer_size network.receive_buffer.size !
        get_safe_sync pieces.sync.always_safe !
        get_scgi_dont_route network.scgi.dont_route !
        get_send_buffer_size network.send_buffer.size !
        get_session session.path !
        get_session_lock session.use_lock !
        get_session_on_completion session.on_completion !
        get_split_file_size system.file.split_size !
        get_split_suffix system.file.split_suffix !
        get_stats_not_preloaded pieces.stats_not_preloaded !
        get_stats_preloaded pieces.stats_preloaded !
        get_throttle_down_max throttle.down.max !
        get_throttle_down_rate throttle.down.rate !
        get_throttle_up_max throttle.up.max !
        get_throttle_up_rate throttle.up.rate !
        get_timeout_safe_sync pieces.sync.timeout_safe !
        get_timeout_sync pieces.sync.timeout !
        get_tracker_numwant trackers.numwant !
        get_up_rate throttle.global_up.rate !
        get_up_total throttle.global_up.total !
        get_upload_rate throttle.global_up.max_rate !
        get_use_udp_trackers trackers.use_udp !
        get_xmlrpc_size_limit network.xmlrpc.size_limit !
        http_cacert network.http.cacert.set !
        http_capath network.http.capath.set !
        http_proxy network.http.proxy_address.set !
        load load.normal
        load_raw load.raw
        load_raw_start load.raw_start
        load_raw_start_verbose load.raw_start_verbose
        load_raw_verbose load.raw_verbose
        load_start load.start
        load_start_verbose load.start_verbose
        load_verbose load.verbose
        max_file_size system.file.max_size.set !
        max_open_files network.max_open_files.set !
        max_open_http network.http.max_open.set !
        max_open_sockets network.max_open_sockets.set !
        name session.name.set !
        p.get_address p.address
        p.get_client_version p.client_version
        p.get_completed_percent p.completed_percent
        p.get_down_rate p.down_rate
        p.get_down_total p.down_total
        p.get_id p.id
        p.get_id_html p.id_html
        p.get_options_str p.options_str
        p.get_peer_rate p.peer_rate
        p.get_peer_total p.peer_total
        p.get_port p.port
        p.get_up_rate p.up_rate
        p.get_up_total p.up_total
        peer_exchange protocol.pex.set !
        port_open network.port_open.set !
        preload_min_size pieces.preload.min_size.set !
        preload_required_rate pieces.preload.min_rate.set !
        preload_type pieces.preload.type.set !
        receive_buffer_size network.receive_buffer.size.set !
        safe_sync pieces.sync.always_safe.set !
        scgi_dont_route network.scgi.dont_route.set !
        send_buffer_size network.send_buffer.size.set !
        session_lock session.use_lock.set !
        session_on_completion session.on_completion.set !
        session_save session.save !
        set_bind network.bind_address.set !
        set_check_hash pieces.hash.on_completion.set !
        set_connection_leech protocol.connection.leech.set !
        set_connection_seed protocol.connection.seed.set !
        set_dht_port dht.port.set !
        set_dht_throttle dht.throttle.name.set !
        set_directory directory.default.set !
        set_download_rate throttle.global_down.max_rate.set !
        set_http_cacert network.http.cacert.set !
        set_http_capath network.http.capath.set !
        set_http_proxy network.http.proxy_address.set !
        set_ip network.local_address.set !
        set_max_downloads_div throttle.max_downloads.div.set !
        set_max_downloads_global throttle.max_downloads.global.set !
        set_max_file_size system.file.max_size.set !
        set_max_memory_usage pieces.memory.max.set !
        set_max_open_files network.max_open_files.set !
        set_max_open_http network.http.max_open.set !
        set_max_open_sockets network.max_open_sockets.set !
        set_max_peers throttle.max_peers.normal.set !
        set_max_peers_seed throttle.max_peers.seed.set !
        set_max_uploads throttle.max_uploads.set !
        set_max_uploads_div throttle.max_uploads.div.set !
        set_max_uploads_global throttle.max_uploads.global.set !
        set_min_peers throttle.min_peers.normal.set !
        set_min_peers_seed throttle.min_peers.seed.set !
        set_min_uploads throttle.min_uploads.set !
        set_name session.name.set !
        set_peer_exchange protocol.pex.set !
        set_port_open network.port_open.set !
        set_port_random network.port_random.set !
        set_port_range network.port_range.set !
        set_preload_min_size pieces.preload.min_size.set !
        set_preload_required_rate pieces.preload.min_rate.set !
        set_preload_type pieces.preload.type.set !
        set_proxy_address network.proxy_address.set !
        set_receive_buffer_size network.receive_buffer.size.set !
        set_safe_sync pieces.sync.always_safe.set !
        set_scgi_dont_route network.scgi.dont_route.set !
        set_send_buffer_size network.send_buffer.size.set !
        set_session session.path.set !
        set_session_lock session.use_lock.set !
        set_session_on_completion session.on_completion.set !
        set_split_file_size system.file.split_size.set !
        set_split_suffix system.file.split_suffix.set !
        set_timeout_safe_sync pieces.sync.timeout_safe.set !
        set_timeout_sync pieces.sync.timeout.set !
        set_tracker_numwant trackers.numwant.set !
        set_upload_rate throttle.global_up.max_rate.set !
        set_use_udp_trackers trackers.use_udp.set !
        set_xmlrpc_dialect network.xmlrpc.dialect.set !
        set_xmlrpc_size_limit network.xmlrpc.size_limit.set !
        split_file_size system.file.split_size.set !
        split_suffix system.file.split_suffix.set !
        system.file_allocate system.file.allocate !
        system.file_allocate.set system.file.allocate.set !
        system.get_cwd system.cwd !
        system.method.erase method.erase
        system.method.get method.get
        system.method.has_key method.has_key
        system.method.insert method.insert
        system.method.list_keys method.list_keys
        system.method.set method.set
        system.method.set_key method.set_key
        system.set_cwd system.cwd.set !
        system.set_umask system.umask.set !
        t.get_group t.group
        t.get_id t.id
        t.get_min_interval t.min_interval
        t.get_normal_interval t.normal_interval
        t.get_scrape_complete t.scrape_complete
        t.get_scrape_downloaded t.scrape_downloaded
        t.get_scrape_incomplete t.scrape_incomplete
        t.get_scrape_time_last t.scrape_time_last
        t.get_type t.type
        t.get_url t.url
        t.set_enabled t.is_enabled.set
        throttle_down throttle.down !
        throttle_ip throttle.ip !
        throttle_up throttle.up !
        timeout_safe_sync pieces.sync.timeout_safe.set !
        timeout_sync pieces.sync.timeout.set !
        tracker_numwant trackers.numwant.set !
        umask system.umask.set !
        use_udp_trackers trackers.use_udp.set !
        view_add view.add
        view_filter view.filter
        view_filter_on view.filter_on
        view_list view.list
        view_set view.set
        view_sort view.sort
        view_sort_current view.sort_current
        view_sort_new view.sort_new
        xmlrpc_dialect network.xmlrpc.dialect.set !
        xmlrpc_size_limit network.xmlrpc.size_limit.set !
        """
}
