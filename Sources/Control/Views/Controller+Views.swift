package import Commands
import Engine

// `view.*`. Unknown names fault with `Could not find view.`
extension Controller {
    /// The view of that name; the empty name is `default`.
    package func view(named name: [UInt8]) throws(CommandFault) -> View {
        guard let view = name.isEmpty ? viewByName[Array("default".utf8)] : viewByName[name] else {
            throw .input(
                "Could not find view.", explanation: "no view of the name \"\(String(decoding: name, as: UTF8.self))\"",
                subject: name)
        }
        return view
    }

    /// A new view with every download in it.
    ///
    /// - Throws: rTorrent's text if the name is taken or empty.
    package func addView(_ name: [UInt8]) throws(CommandFault) {
        guard !name.isEmpty else { throw .input("View with empty name not supported.") }
        guard viewByName[name] == nil else { throw .input("View with same name already inserted.") }
        let view = View(name: name, index: views.count)
        for download in downloads.all { download.places.append(ViewPlace()) }
        views.append(view)
        viewByName[name] = view
        view.replace(visible: downloads.all, hidden: [])
        view.changedAt = now
    }

    /// Sets a filter and applies it. One that faults hides everything and is logged.
    package func setFilter(_ view: View, _ filter: Value) {
        view.filter = filter
        self.filter(view)
    }

    package func setFilterTemporary(_ view: View, _ filter: Value) {
        view.temporaryFilter = filter
        self.filter(view)
    }

    /// `view.filter_on`: filters a download again at those events; replaces the events named before.
    ///
    /// - Throws: for names that are no events.
    package func setFilterEvents(_ view: View, _ events: [[UInt8]]) throws(CommandFault) {
        let key = Array("!view.".utf8) + view.name
        let context = CommandContext(interpreter)
        _ = try interpreter.call("method.rlookup.clear", .string(key), context)
        for event in events {
            let command = Array("view.filter_download=".utf8) + view.name
            _ = try interpreter.call(
                "method.set_key", .list([.string(event), .string(key), .string(command)]), context)
        }
    }

    package func setSortNew(_ view: View, _ comparator: Value) { view.sortNew = comparator }
    package func setSortCurrent(_ view: View, _ comparator: Value) { view.sortCurrent = comparator }
    package func setEventAdded(_ view: View, _ command: Value) { view.eventAdded = command }
    package func setEventRemoved(_ view: View, _ command: Value) { view.eventRemoved = command }

    /// `view.persistent`: keeps its members over restarts, in `d.views`.
    ///
    /// - Throws: `Cannot set modified views as persitent.`
    package func makePersistent(_ view: View) throws(CommandFault) {
        guard view.filter == .none, view.eventAdded == .none, view.eventRemoved == .none else {
            throw .input("Cannot set modified views as persitent.")
        }
        let name = view.name
        view.isPersistent = true
        view.eventAdded = .string(Array("d.views.push_back_unique=".utf8) + name)
        view.eventRemoved = .string(Array("d.views.remove=".utf8) + name)
        setFilter(view, .string(Array("d.views.has=".utf8) + name))
    }

    /// `view.sort`: filters and sorts.
    ///
    /// - Parameter age: accepted and without effect: rTorrent sorts at any age too.
    package func sort(_ view: View, age: Int64 = 0) {
        filter(view)
        guard view.sortCurrent != .none else { return }
        view.replace(visible: sorted(view.visible, by: view.sortCurrent))
    }

    /// `view.filter_all`: filters all downloads again.
    ///
    /// What is shown and stays keeps its place, what comes in is put behind; events are run when all is in place.
    package func filter(_ view: View) {
        // What is in these two is a matter of `d.start` and `d.stop`.
        if view.role == .started || view.role == .stopped { return }
        // Nothing can change then, and this is asked for each view every few seconds.
        if view.filter == .none, view.temporaryFilter == .none, view.hiddenCount == 0 { return }
        var staying: [Download] = []
        var leaving: [Download] = []
        var coming: [Download] = []
        var hidden: [Download] = []
        for download in view.visible {
            if passes(view, download) { staying.append(download) } else { leaving.append(download) }
        }
        for download in view.hidden {
            if passes(view, download) { coming.append(download) } else { hidden.append(download) }
        }
        guard !leaving.isEmpty || !coming.isEmpty else { return }
        view.replace(visible: staying + coming, hidden: leaving + hidden)
        view.changedAt = now
        for download in leaving { handleRemoved(download, from: view) }
        for download in coming { handleAdded(download, to: view) }
    }

    /// `view.filter_download`: filters one download again.
    ///
    /// One that stays visible is put in its place anew, which without `sort_new` is the end: so does rTorrent.
    package func filter(_ view: View, _ download: Download) {
        guard !download.isGone else { return }
        if passes(view, download) {
            let wasVisible = view.isVisible(download)
            show(download, in: view)
            if !wasVisible { handleAdded(download, to: view) }
        } else if view.isVisible(download) {
            view.hide(download)
            view.changedAt = now
            handleRemoved(download, from: view)
        }
    }

    /// `view.set_visible`, `view.set_not_visible`: past the filter.
    package func setVisible(_ view: View, _ download: Download) {
        guard !download.isGone, !view.isVisible(download) else { return }
        show(download, in: view)
        handleAdded(download, to: view)
    }

    package func setNotVisible(_ view: View, _ download: Download) {
        guard !download.isGone, view.isVisible(download) else { return }
        view.hide(download)
        view.changedAt = now
        handleRemoved(download, from: view)
    }
}
