import Commands

/// `scheduler.*`: rTorrent's simple bound on how many downloads are active.
func defineSimpleScheduler(in map: CommandMap, _ controller: Controller) {
    SettingTable(map).number(
        "scheduler.max_active", -1, [], help: "active downloads that scheduler.simple.* allow; -1 is no limit")
    for name in ["added", "removed", "update"] {
        map.define(
            "scheduler.simple.\(name)", on: .download, .void,
            help: name == "added"
                ? "resume this download if fewer than scheduler.max_active are active"
                : "resume started downloads until scheduler.max_active are active"
        ) { [unowned controller] (context, _) throws(CommandFault) in
            let limit = controller.map.value(of: "scheduler.max_active").integer ?? -1
            let candidates = name == "added" ? [try context.download()] : controller.downloads.all
            for download in candidates where download.record.isStarted && !download.isActive {
                guard limit < 0 || controller.downloads.all.count(where: { $0.isActive }) < limit else { break }
                controller.resume(download)
            }
            return .none
        }
    }
}
