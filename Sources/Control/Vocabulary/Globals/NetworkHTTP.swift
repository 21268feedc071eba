import Commands

/// `network.http.*` and proxies: how trackers and torrents are fetched.
func defineHTTP(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    table.text(
        "network.http.cacert", "", .safeNotYet, scope: .admin, isSilent: true,
        help: "file with the certificates that HTTPS trusts")
    table.text(
        "network.http.capath", "", .safeNotYet, scope: .admin, isSilent: true,
        help: "folder with the certificates that HTTPS trusts")
    table.figure("network.http.current_open", .safeNotYet, help: "HTTP requests going on now") {
        () throws(CommandFault) in 0
    }
    table.number(
        "network.http.dns_cache_timeout", 60, unit: .seconds, .isNeutral, isSilent: true,
        help: "how long addresses of hosts are believed; neutral: the system's resolver knows better")
    table.number("network.http.max_open", 32, .isNotYet, isSilent: true, help: "HTTP requests at a time, at most")
    table.number(
        "network.http.max_cache_connections", 0, .safeNotYet, isSilent: true, help: "idle HTTP connections kept")
    table.number(
        "network.http.max_host_connections", 0, .safeNotYet, isSilent: true, help: "HTTP connections to one host")
    for name in ["host", "peer"] {
        table.flag(
            "network.http.ssl_verify_\(name)", true, .isNotYet, scope: .admin, isSilent: true,
            help: name == "host"
                ? "the name in a certificate must be the host's; always checked for now"
                : "a certificate must be signed by somebody trusted; always checked for now")
    }
    table.text("network.http.proxy_address", "", .safeNotYet, scope: .admin, isSilent: true, help: "proxy for HTTP")
    table.text("network.proxy.global", "", .safeNotYet, scope: .admin, isSilent: true, help: "proxy for everything")
    table.text(
        "network.proxy_address", "", .safeNotYet, scope: .admin, isSilent: true,
        help: "proxy for connections with peers"
    ) { text throws(CommandFault) in try NetworkSettings.resolve(text, for: "proxy address") }
}
