import Commands
import Discovery
import Engine
import NIOCore

/// `t.*`: the trackers of a download, and what a download does with them.
func defineTrackers(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    let fields = FieldTable(map, on: .tracker) { (context) throws(CommandFault) in
        let trackers = reader.trackers(try context.download())
        guard trackers.indices.contains(context.target.index) else { throw .wrongTarget }
        return trackers[context.target.index]
    }
    defineIdentity(fields)
    defineTimes(fields)
    defineCounts(fields)
    defineSwitches(in: map, reader)
    defineDownloadSide(in: map, controller, reader)
}

private func defineIdentity(_ fields: FieldTable<TrackerStatus>) {
    fields.text("t.url", help: "address as the torrent has it") { Array($0.url.utf8) }
    fields.number("t.type", help: "1 HTTP, 2 UDP, 3 DHT") { Int64($0.kind.rawValue) }
    fields.number("t.group", help: "tier, from 0") { Int64($0.tier) }
    fields.text("t.id", help: "the id that it gave us") { $0.trackerID }
    fields.flag("t.is_extra_tracker", help: "1 if the user added it") { $0.isExtra }
    fields.flag("t.is_enabled", help: "1 if it may be asked") { $0.isEnabled }
    fields.flag("t.is_usable", help: "1 if it may be asked and its address can be used") {
        $0.isEnabled && $0.isUsable
    }
    fields.flag("t.is_busy", help: "1 while it is being asked") { $0.isBusy }
    fields.flag("t.is_open", help: "1 while it is being asked") { $0.isBusy }
    fields.flag("t.can_scrape", [], help: "1 if its address allows asking for counts alone") { $0.canScrape }
    fields.flag("t.is_scrapable", [], help: "1 if its address allows asking for counts alone") { $0.canScrape }
}

private func defineTimes(_ fields: FieldTable<TrackerStatus>) {
    fields.number("t.activity_time_last", help: "unix time of the last answer or failure, 0 if never") {
        $0.lastActivity
    }
    fields.number("t.activity_time_next", help: "unix time of the next announce planned, 0 if none") { $0.nextTime }
    fields.number("t.success_time_last", help: "unix time of the last answer, 0 if never") { $0.lastSuccess }
    fields.number("t.success_time_next", [], help: "unix time of the next announce after success, 0 if none") {
        $0.failures == 0 ? $0.nextTime : 0
    }
    fields.number("t.failed_time_last", help: "unix time of the last failure, 0 if never") { $0.lastFailure }
    fields.number("t.failed_time_next", [], help: "unix time of the next try after failure, 0 if none") {
        $0.failures > 0 ? $0.nextTime : 0
    }
    fields.number("t.scrape_time_last", help: "unix time at which counts last came, 0 if never") { $0.lastScrape }
    fields.number("t.normal_interval", help: "seconds between announces; 1800 before the first answer") {
        $0.interval.map { $0.nanoseconds / 1_000_000_000 } ?? 1_800
    }
    fields.number("t.min_interval", [], help: "least seconds between announces; 600 before the first answer") {
        $0.minInterval.map { $0.nanoseconds / 1_000_000_000 } ?? 600
    }
}

private func defineCounts(_ fields: FieldTable<TrackerStatus>) {
    fields.number("t.success_counter", help: "answered announces") { Int64($0.successes) }
    fields.number("t.failed_counter", help: "failures in a row") { Int64($0.failures) }
    fields.number("t.scrape_counter", help: "answered scrapes") { Int64($0.scrapes) }
    fields.number("t.scrape_complete", help: "seeds, by scrape or announce") { Int64($0.seeds ?? 0) }
    fields.number("t.scrape_incomplete", help: "leechers, by scrape or announce") { Int64($0.leechers ?? 0) }
    fields.number("t.scrape_downloaded", help: "times downloaded, by scrape") { Int64($0.downloaded ?? 0) }
    fields.number("t.latest_new_peers", [], help: "peers of the last answer that were new") { Int64($0.newPeers) }
    fields.number("t.latest_sum_peers", [], help: "peers of the last answer") { Int64($0.peers) }
    fields.number("t.latest_event", [], help: "last request: 0 none, 1 completed, 2 started, 3 stopped, 4 scrape") {
        Int64($0.latestRequest.rawValue)
    }
}

private func defineSwitches(in map: CommandMap, _ reader: DownloadReader) {
    let subject = FieldTable(map, on: .tracker) { (context) throws(CommandFault) in
        (try context.download(), context.target.index)
    }
    func set(_ isEnabled: Bool, _ tracker: (download: Download, index: Int)) {
        tracker.download.torrent.setTracker(tracker.index, isEnabled: isEnabled)
        tracker.download.needsSaving = true
        reader.forget()
    }
    subject.setNumber("t.is_enabled.set", .isUntrustedSafe, help: "1 if it may be asked") { set($1 != 0, $0) }
    subject.action("t.enable", help: "it may be asked") { set(true, $0) }
    subject.action("t.disable", help: "it may not be asked") { set(false, $0) }
}

private func defineDownloadSide(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    let fields = FieldTable(map, on: .download) { (context) throws(CommandFault) in try context.download() }
    for name in ["d.tracker_size", "d.tracker_focus"] {
        fields.number(name, help: "number of trackers") { Int64($0.torrent.trackerCount) }
    }
    fields.number("d.tracker_numwant", help: "peers to ask trackers for; -1: as the tracker likes") {
        [unowned controller] in Int64($0.extras.peersWanted ?? controller.engine.limits.trackerPeersWanted)
    }
    fields.setNumber("d.tracker_numwant.set", help: "peers to ask trackers for; -1: as the tracker likes") {
        let count = Int32(clamping: max(-1, $1))
        $0.extras.peersWanted = count
        $0.torrent.setPeersWanted(count)
    }
    fields.flag("d.tracker.has_active", [], help: "1 while a tracker is asked") {
        reader.trackers($0).contains(where: \.isBusy)
    }
    fields.flag("d.tracker.has_active_not_scrape", [], help: "1 while a tracker is announced to") {
        reader.trackers($0).contains(where: \.isAnnouncing)
    }
    fields.flag("d.tracker.has_usable", [], help: "1 if a tracker may be asked") {
        reader.trackers($0).contains { $0.isEnabled && $0.isUsable }
    }
    fields.action("d.tracker_announce", help: "announce as soon as the trackers' least intervals allow") {
        $0.torrent.announce(ignoringMinInterval: false)
    }
    fields.action("d.tracker_announce.force", help: "announce now") { $0.torrent.announce(ignoringMinInterval: true) }
    fields.setNumber("d.tracker.send_scrape", unit: .seconds, help: "ask for counts after that many seconds") {
        $0.torrent.scrape(afterSeconds: Int(clamping: max(0, $1)))
    }
    map.define(
        "d.tracker.insert", on: .download, [.value("tier"), .string("url")], .void, scope: .control,
        help: "add a tracker to a tier, 0 to 32"
    ) { (context, arguments) throws(CommandFault) in
        guard arguments.count == 2 else { throw .input("Wrong argument count.") }
        guard case .string(let address) = arguments[1] else { throw .wrongObjectType }
        let tier = try arguments.integer(0)
        guard (0...32).contains(tier) else { throw .input("Tracker group number invalid.") }
        let url = String(decoding: address, as: UTF8.self)
        let download = try context.download()
        guard download.torrent.addTracker(url, tier: Int(tier)) else {
            throw .input("could find matching tracker protocol (url:\(url))")
        }
        download.needsSaving = true
        reader.forget()
        return .none
    }
}
