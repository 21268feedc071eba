package import Commands

/// A named, sorted and filtered list of downloads: rTorrent's `view.*`.
///
/// `visible` are those that pass the filter, in the view's order; `hidden` are the others.
package final class View {
    package let name: [UInt8]
    package internal(set) var visible: [Download] = []
    package internal(set) var hidden: [Download] = []
    /// Texts or `((calls))` as they were given; `.none`: there is none.
    package internal(set) var filter: Value = .none
    /// Filters for the moment only (`view.filter.temp`).
    package internal(set) var temporaryFilter: Value = .none
    package internal(set) var sortNew: Value = .none
    package internal(set) var sortCurrent: Value = .none
    package internal(set) var eventAdded: Value = .none
    package internal(set) var eventRemoved: Value = .none
    package internal(set) var isPersistent = false
    /// Unix time of the last change, for `view.sort=NAME,age`.
    package internal(set) var changedAt: Int64 = 0

    package init(name: [UInt8]) { self.name = name }
}
