/// Downloads in an order, with removal that does not move all that follow.
///
/// A removed one leaves a hole; holes are closed when they outnumber the rest, or when somebody wants the list. Each download remembers in
/// `places` where it stands in each view; after an insertion in the middle that is only a hint, and a wrong hint costs a search.
struct DownloadSequence {
    private var slots: [Download?] = []
    private(set) var count = 0

    mutating func append(_ download: Download, view: Int) {
        download.places[view].slot = Int32(truncatingIfNeeded: slots.count)
        slots.append(download)
        count += 1
    }

    /// Puts it before the first that it precedes.
    ///
    /// The list is taken to be in that order, so that 10,000 downloads need fourteen comparisons and not 10,000.
    mutating func insert(_ download: Download, sortedBy precedes: (Download, Download) -> Bool, view: Int) {
        compact(view: view)
        var low = 0
        var high = slots.count
        while low < high {
            let middle = (low + high) / 2
            if let other = slots[middle], precedes(download, other) { high = middle } else { low = middle + 1 }
        }
        download.places[view].slot = Int32(truncatingIfNeeded: low)
        slots.insert(download, at: low)
        count += 1
    }

    /// - Returns: false if it is not in here.
    @discardableResult
    mutating func remove(_ download: Download, view: Int) -> Bool {
        let hint = Int(download.places[view].slot)
        if slots.indices.contains(hint), slots[hint] === download {
            slots[hint] = nil
        } else if let found = slots.firstIndex(where: { $0 === download }) {
            slots[found] = nil
        } else {
            return false
        }
        count -= 1
        if count == 0 { slots.removeAll(keepingCapacity: true) }
        if slots.count > 32, slots.count > count * 2 { compact(view: view) }
        return true
    }

    mutating func replace(with downloads: [Download], view: Int) {
        slots = downloads
        count = downloads.count
        renumber(view: view)
    }

    /// All of them, in order.
    mutating func all(view: Int) -> [Download] {
        compact(view: view)
        return slots.compactMap { $0 }
    }

    private mutating func compact(view: Int) {
        guard slots.count != count else { return }
        slots.removeAll { $0 == nil }
        renumber(view: view)
    }

    private func renumber(view: Int) {
        for (index, download) in slots.enumerated() { download?.places[view].slot = Int32(truncatingIfNeeded: index) }
    }
}

/// Where a download stands in one view.
struct ViewPlace {
    var isVisible = false
    /// A hint; see ``DownloadSequence``.
    var slot: Int32 = -1
}
