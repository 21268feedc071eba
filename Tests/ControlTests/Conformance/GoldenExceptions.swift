/// Where a value may differ from the recording, and why. Types are compared all the same, but for `.isOther`.
enum GoldenExceptions {
    enum Reason {
        case time, place, process
        /// We are built otherwise; the README tells.
        case design
        /// Another type as well.
        case other

        var isOther: Bool { self == .other }
    }

    static func reason(_ answer: GoldenAnswers.Answer, _ state: String) -> Reason? {
        // We scrape over UDP as well (BEP 15).
        if answer.name == "t.can_scrape", answer.part == ":t2" { return .design }
        // Which tracker of a tier is asked first is left to chance (BEP 12); this one does not answer.
        if answer.part == ":t1",
            ["t.latest_event", "t.failed_counter", "t.failed_time_last", "t.failed_time_next"]
                .contains(answer.name)
        {
            return .design
        }
        return reasons[answer.name]
    }

    private static let reasons: [String: Reason] = {
        var reasons: [String: Reason] = [:]
        for (reason, names) in table {
            for name in names.split(whereSeparator: \.isWhitespace) { reasons[String(name)] = reason }
        }
        return reasons
    }()

    private static let table: [(Reason, String)] = [
        (
            .time,
            """
            d.load_date d.state_changed d.timestamp.started d.timestamp.finished f.last_touched
            t.activity_time_last t.activity_time_next t.success_time_last t.success_time_next t.scrape_time_last
            system.time system.time_seconds system.time_usec
            """
        ),
        (
            .place,
            """
            d.free_diskspace d.local_id d.local_id_html network.listen.port network.port_range network.port_random
            session.name system.hostname system.cwd network.max_open_sockets pieces.memory.max
            """
        ),
        (.process, "system.pid system.files.opened_counter system.files.closed_counter network.open_sockets"),
        (
            .design,
            """
            d.is_pex_active pieces.stats.total_size system.api_version network.xmlrpc.size_limit
            network.max_open_files choke_group.general.size
            """
        ),
    ]
}
