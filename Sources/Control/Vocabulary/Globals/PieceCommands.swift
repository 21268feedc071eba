import Commands
import Engine
import Metainfo

/// `pieces.*`: checking, and the memory of pieces on their way.
func definePieces(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    table.flag("pieces.hash.on_completion", true, help: "check a download as a whole when its last piece has come")
    table.figure("pieces.hash.queue_size", [], help: "downloads that are checked or wait for it") {
        [unowned controller] () throws(CommandFault) in Int64(controller.engine.figures.checking)
    }
    table.figure("pieces.memory.current", [], help: "bytes of pieces on their way in") {
        [unowned controller] () throws(CommandFault) in Int64(controller.engine.figures.pieceMemory)
    }
    table.number(
        "pieces.memory.max", Int64(EngineLimits().pieceMemory), unit: .bytes, isSilent: true,
        help: "bytes of pieces on their way in, at most; when spent no new piece is begun"
    ) { [unowned controller] number throws(CommandFault) in
        // Below two pieces of usual size nothing could move.
        controller.engine.limits.pieceMemory = Int(max(4 << 20, min(number, 1 << 40)))
        return number
    }
    table.figure("pieces.stats.total_size", [], help: "bytes of all active downloads") {
        [unowned controller] () throws(CommandFault) in
        controller.downloads.all.reduce(0) { $0 + ($1.isActive ? $1.layout.totalLength : 0) }
    }
    defineMapping(table)
}

/// rTorrent maps files into memory and brings them to the disk by itself. We write pieces when they are verified, and the kernel does the rest.
private func defineMapping(_ table: SettingTable) {
    let reason = "neutral: files are written, not mapped"
    for (name, help) in [
        ("memory.block_count", "mapped regions"), ("memory.sync_queue", "bytes that wait to be written"),
        ("sync.queue_size", "pieces that wait to be written"),
    ] {
        table.figure("pieces.\(name)", .isNeutral, help: "\(help); \(reason)") { () throws(CommandFault) in 0 }
    }
    for (name, help) in [("preloaded", "were"), ("not_preloaded", "were not")] {
        table.figure(
            "pieces.stats_\(name)", .isNeutral,
            help: "pieces that \(help) read ahead; neutral: reading ahead is not counted"
        ) { () throws(CommandFault) in 0 }
    }
    for (name, start, unit) in [
        ("preload.type", Int64(0), CommandUnit.none), ("preload.min_size", 262_144, .bytes),
        ("preload.min_rate", 5_120, .bytesPerSecond),
    ] {
        table.number(
            "pieces.\(name)", start, unit: unit, .safeNeutral, isSilent: true,
            help: "reading ahead for uploads; neutral: pieces are read ahead as they are asked for")
    }
    table.flag("pieces.sync.always_safe", false, .safeNeutral, isSilent: true, help: "write at once; \(reason)")
    table.figure("pieces.sync.safe_free_diskspace", .isNeutral, help: "room below which is written at once; \(reason)")
    {
        () throws(CommandFault) in 512 << 20
    }
    for (name, start) in [("timeout", Int64(600)), ("timeout_safe", 900)] {
        table.number(
            "pieces.sync.\(name)", start, unit: .seconds, .safeNeutral, isSilent: true,
            help: "time until writing; \(reason)")
    }
}
