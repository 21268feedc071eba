package import Commands

/// A named, sorted and filtered list of downloads: rTorrent's `view.*`.
///
/// Every download is in every view: those that pass the filter are visible, in the view's order; the others are hidden.
package final class View {
    package let name: [UInt8]
    /// Its place among the views, and in `Download.places`.
    let index: Int
    private var shown = DownloadSequence()
    private var others = DownloadSequence()
    private var shownList: [Download]?
    /// Texts or `((calls))` as they were given; `.none`: there is none.
    package internal(set) var filter: Value = .none
    /// Filters for the moment only (`view.filter.temp`).
    package internal(set) var temporaryFilter: Value = .none
    package internal(set) var sortNew: Value = .none
    package internal(set) var sortCurrent: Value = .none
    package internal(set) var eventAdded: Value = .none
    package internal(set) var eventRemoved: Value = .none
    package internal(set) var isPersistent = false
    /// What coming and going mean in a view that is built in, as long as the user has not set events of his own.
    var role = ViewRole.plain
    /// Unix time of the last change, for `view.sort=NAME,age`.
    package internal(set) var changedAt: Int64 = 0

    init(name: [UInt8], index: Int) {
        self.name = name
        self.index = index
    }

    package var visible: [Download] {
        if let shownList { return shownList }
        let list = shown.all(view: index)
        shownList = list
        return list
    }

    package var hidden: [Download] { others.all(view: index) }
    package var visibleCount: Int { shown.count }
    package var hiddenCount: Int { others.count }

    func isVisible(_ download: Download) -> Bool { download.places[index].isVisible }

    // MARK: Moving, without events

    func appendHidden(_ download: Download) {
        download.places[index].isVisible = false
        others.append(download, view: index)
    }

    /// - Parameter precedes: the order of what is visible; nil puts it behind the last.
    func show(_ download: Download, sortedBy precedes: ((Download, Download) -> Bool)?) {
        shownList = nil
        if download.places[index].isVisible {
            shown.remove(download, view: index)
        } else {
            others.remove(download, view: index)
        }
        download.places[index].isVisible = true
        if let precedes {
            shown.insert(download, sortedBy: precedes, view: index)
        } else {
            shown.append(download, view: index)
        }
    }

    func hide(_ download: Download) {
        shownList = nil
        shown.remove(download, view: index)
        appendHidden(download)
    }

    /// Takes it out for good. - Returns: whether it was visible.
    func remove(_ download: Download) -> Bool {
        guard download.places[index].isVisible else {
            others.remove(download, view: index)
            return false
        }
        shownList = nil
        shown.remove(download, view: index)
        download.places[index].isVisible = false
        return true
    }

    func replace(visible: [Download], hidden: [Download]) {
        shownList = nil
        for download in visible { download.places[index].isVisible = true }
        for download in hidden { download.places[index].isVisible = false }
        shown.replace(with: visible, view: index)
        others.replace(with: hidden, view: index)
    }

    func replace(visible: [Download]) {
        shownList = nil
        shown.replace(with: visible, view: index)
    }
}

/// What a view that is built in does.
enum ViewRole {
    case plain
    /// Its members are what the user wants to run; rTorrent never filters it again.
    case started
    case stopped
    /// Pausing and resuming alone decide.
    case active
}
