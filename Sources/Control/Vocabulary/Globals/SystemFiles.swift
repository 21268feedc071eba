import Commands
import Engine

/// `system.file*` and `system.sockets.*`: what is open, and what files may be like.
func defineSystemFiles(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    table.number("system.file.allocate", 0, .isNotYet, help: "reserve the room of files before they are written")
    table.number(
        "system.file.max_size", EngineLimits().maxFileSize, unit: .bytes, help: "torrents with larger files are refused"
    ) { [unowned controller] number throws(CommandFault) in
        controller.engine.limits.maxFileSize = number
        return number
    }
    table.number(
        "system.file.split_size", -1, unit: .bytes, .safeNeutral,
        help: "split files that are larger; neutral: files are kept whole")
    table.text(
        "system.file.split_suffix", ".part", .safeNeutral, help: "suffix of split files; neutral: files are whole")
    for name in ["opened", "closed", "failed"] {
        table.figure("system.files.\(name)_counter", .isNotYet, help: "files \(name) since the start") {
            () throws(CommandFault) in 0
        }
    }
    table.figure("system.file_status_cache.size", [], help: "torrent files that are remembered as loaded or broken") {
        [unowned controller] () throws(CommandFault) in Int64(controller.loader.rememberedCount)
    }
    table.action("system.file_status_cache.prune", help: "forget remembered torrent files that are gone") {
        [unowned controller] (_, _) throws(CommandFault) in controller.pruneFileMemory()
    }
    for suffix in ["", ".hashing"] {
        table.flag(
            "system.files.advise_random\(suffix)", false, .isNeutral, isSilent: true,
            help: "tell the kernel not to read ahead; neutral: files are not mapped, pieces are read whole")
    }
    table.flag(
        "system.files.session.fdatasync", true, .isNeutral, isSilent: true,
        help: "bring session files to the disk before they count; neutral: that is always done")
    defineSocketShares(table, controller)
}

/// 0.16 divides its descriptors among their users. We have two bounds, for files and for peers, and no shares.
private func defineSocketShares(_ table: SettingTable, _ controller: Controller) {
    let prefix = "system.sockets"
    let reason = "neutral: descriptors are not divided into shares"
    table.figure("\(prefix).available_alloc", .safeNeutral, help: "descriptors left to share out; \(reason)") {
        () throws(CommandFault) in 0
    }
    table.figure("\(prefix).reserved_alloc", .safeNeutral, help: "descriptors kept back; \(reason)") {
        () throws(CommandFault) in 0
    }
    table.action("\(prefix).adjust_alloc", [], .isNeutral, help: "share out descriptors anew; \(reason)") {
        (_, _) throws(CommandFault) in
    }
    for user in ["files", "generic", "http", "internal", "rpc"] {
        let size = figure(of: user, controller)
        table.figure(
            "\(prefix).\(user).size", size == nil ? .safeNotYet : .isUntrustedSafe, help: "open now for \(user)"
        ) { () throws(CommandFault) in size?() ?? 0 }
        let most = limit(of: user, controller)
        table.figure(
            "\(prefix).\(user).max_size", most == nil ? .safeNeutral : .isUntrustedSafe,
            help: "most that may be open for \(user)" + (most == nil ? "; \(reason)" : "")
        ) { () throws(CommandFault) in most?() ?? 0 }
        guard user != "generic" else {
            table.figure("\(prefix).generic.min_alloc", .safeNeutral, help: "kept for generic; \(reason)") {
                () throws(CommandFault) in 0
            }
            continue
        }
        for bound in ["min", "max"] {
            table.number(
                "\(prefix).\(user).\(bound)_alloc", 0, .safeNeutral, isSilent: true,
                help: "\(bound == "min" ? "least" : "most") kept for \(user); \(reason)")
            table.figure(
                "\(prefix).\(user).\(bound)_alloc.limit", .safeNeutral,
                help: "bound of \(bound)_alloc for \(user); \(reason)"
            ) { () throws(CommandFault) in 0 }
        }
    }
}

private func figure(of user: String, _ controller: Controller) -> (() -> Int64)? {
    switch user {
    case "files": { [unowned controller] in Int64(controller.engine.figures.openFiles) }
    case "generic": { [unowned controller] in Int64(controller.engine.figures.openSockets) }
    default: nil
    }
}

private func limit(of user: String, _ controller: Controller) -> (() -> Int64)? {
    switch user {
    case "files": { [unowned controller] in Int64(controller.engine.limits.maxOpenFiles) }
    case "generic": { [unowned controller] in Int64(controller.engine.limits.maxOpenSockets) }
    default: nil
    }
}
