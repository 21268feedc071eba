import Commands

/// What rTorrent sets up by commands of its own before it reads anything: views, handlers and schedules, word for word, so that configs can
/// take them away or replace them.
enum BuiltInConfig {
    private static let views = """
        view.sort_new = name,((less,((d.name))))
        view.sort_current = name,((less,((d.name))))
        view.filter = active,((false))
        view.filter = started,((false))
        view.filter = stopped,((false))
        view.filter = complete,((d.complete))
        view.filter = incomplete,((not,((d.complete))))
        view.filter = hashing,((d.hashing))
        view.filter = seeding,((and,((d.state)),((d.complete))))
        view.filter = leeching,((and,((d.state)),((not,((d.complete))))))
        view.filter_on = complete,event.download.hash_done,event.download.hash_failed,event.download.hash_final_failed,event.download.finished
        view.filter_on = incomplete,event.download.hash_done,event.download.hash_failed,event.download.hash_final_failed,event.download.finished
        view.filter_on = hashing,event.download.hash_queued,event.download.hash_removed,event.download.hash_done,event.download.hash_failed,event.download.hash_final_failed,event.download.finished
        view.filter_on = seeding,event.download.resumed,event.download.paused,event.download.finished
        view.filter_on = leeching,event.download.resumed,event.download.paused,event.download.finished
        """

    private static let handlers = #"""
        method.set_key = event.download.inserted, 1_send_scrape, ((d.tracker.send_scrape,30))
        method.set_key = event.download.inserted, 1_prioritize_toc, "branch=file.prioritize_toc=,{\"f.multicall=(file.prioritize_toc.first),f.prioritize_first.enable=\",\"f.multicall=(file.prioritize_toc.last),f.prioritize_last.enable=\",d.update_priorities=}"
        method.set_key = event.download.inserted_new, 1_prepare, {((branch,((d.state)),((view.set_visible,started)),((view.set_visible,stopped)))),((d.save_full_session))}
        method.set_key = event.download.inserted_session, 1_prepare, {((branch,((d.state)),((view.set_visible,started)),((view.set_visible,stopped))))}
        method.set_key = event.download.erased, !_download_list, ui.unfocus_download=
        method.set_key = event.download.erased, ~_delete_tied, d.delete_tied=
        method.set_key = event.download.resumed, !_timestamp, ((d.timestamp.started.set_if_z,((system.time))))
        method.set_key = event.download.finished, !_timestamp, ((d.timestamp.finished.set_if_z,((system.time))))
        method.set_key = event.download.hash_done, !_timestamp, {((branch,((d.complete)),((d.timestamp.finished.set_if_z,((system.time))))))}
        """#

    private static let schedules = """
        schedule2 = view.main,10,10,((view.sort,main,20))
        schedule2 = view.name,10,10,((view.sort,name,20))
        schedule2 = session_save,1200,1200,((session.save_soon))
        schedule2 = low_diskspace,5,60,((close_low_diskspace,500M))
        schedule2 = prune_file_status,3600,86400,((system.file_status_cache.prune))
        """

    /// Runs all of it.
    ///
    /// - Returns: what failed; for a complete vocabulary there is nothing.
    static func run(on interpreter: Interpreter) -> [String] {
        var failures: [String] = []
        for line in [views, handlers, schedules].joined(separator: "\n").split(separator: "\n") {
            do throws(CommandFault) {
                _ = try interpreter.run(Array(line.utf8), CommandContext(interpreter))
            } catch {
                failures.append("\(line): \(error.message)")
            }
        }
        return failures
    }
}
