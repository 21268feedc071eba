package import Commands

// `view.*`. Unknown names fault with `Could not find view.`
extension Controller {
    /// The view of that name; the empty name is `default`.
    package func view(named name: [UInt8]) throws(CommandFault) -> View { preconditionFailure("skeleton") }

    /// A new view with every download in it.
    ///
    /// - Throws: rTorrent's text if the name is taken.
    package func addView(_ name: [UInt8]) throws(CommandFault) { preconditionFailure("skeleton") }

    /// Sets a filter and applies it. One that faults hides everything and is logged.
    package func setFilter(_ view: View, _ filter: Value) { preconditionFailure("skeleton") }

    package func setFilterTemporary(_ view: View, _ filter: Value) { preconditionFailure("skeleton") }

    /// `view.filter_on`: filters a download again at those events; replaces the events named before.
    package func setFilterEvents(_ view: View, _ events: [[UInt8]]) throws(CommandFault) {
        preconditionFailure("skeleton")
    }

    package func setSortNew(_ view: View, _ comparator: Value) { preconditionFailure("skeleton") }
    package func setSortCurrent(_ view: View, _ comparator: Value) { preconditionFailure("skeleton") }
    package func setEventAdded(_ view: View, _ command: Value) { preconditionFailure("skeleton") }
    package func setEventRemoved(_ view: View, _ command: Value) { preconditionFailure("skeleton") }

    /// `view.persistent`: keeps its members over restarts, in `d.views`.
    ///
    /// - Throws: `Cannot set modified views as persitent.`
    package func makePersistent(_ view: View) throws(CommandFault) { preconditionFailure("skeleton") }

    /// `view.sort`: filters and sorts, unless it changed within the last `age` seconds.
    package func sort(_ view: View, age: Int64 = 0) { preconditionFailure("skeleton") }

    /// `view.filter_all`: filters all downloads again.
    package func filter(_ view: View) { preconditionFailure("skeleton") }

    /// `view.filter_download`: filters one download again.
    package func filter(_ view: View, _ download: Download) { preconditionFailure("skeleton") }

    /// `view.set_visible`, `view.set_not_visible`: past the filter.
    package func setVisible(_ view: View, _ download: Download) { preconditionFailure("skeleton") }
    package func setNotVisible(_ view: View, _ download: Download) { preconditionFailure("skeleton") }
}
