import Commands
import Engine

// How views judge, order, and tell.
extension Controller {
    func passes(_ view: View, _ download: Download) -> Bool {
        passes(view.filter, download) && passes(view.temporaryFilter, download)
    }

    private func passes(_ filter: Value, _ download: Download) -> Bool {
        let context = CommandContext(interpreter, target: .download(download))
        do throws(CommandFault) {
            switch filter {
            case .none: return true
            // Of a text rTorrent runs the first command only.
            case .string(let text): return Self.isShowing(try interpreter.runFirst(text, context))
            default: return Self.isShowing(try interpreter.runObject(filter, context))
            }
        } catch {
            host.log(error.message)
            return false
        }
    }

    private static func isShowing(_ value: Value) -> Bool {
        switch value {
        case .list(let values): !values.isEmpty
        case .map(let map): !map.isEmpty
        default: value.isTrue
        }
    }

    // MARK: Order

    /// Makes a download visible at its place by `sort_new`.
    func show(_ download: Download, in view: View) {
        let comparator = view.sortNew
        if comparator == .none {
            view.show(download, sortedBy: nil)
        } else {
            view.show(download) { self.precedes($0, $1, by: comparator) }
        }
        view.changedAt = now
    }

    private func precedes(_ first: Download, _ second: Download, by comparator: Value) -> Bool {
        let context = CommandContext(interpreter, target: .pair(first, second, of: .download))
        do throws(CommandFault) {
            return try interpreter.runObject(comparator, context).integer.map { $0 != 0 } ?? false
        } catch {
            host.log(error.message)
            return false
        }
    }

    /// Stable, and safe with comparators that contradict themselves.
    func sorted(_ downloads: [Download], by comparator: Value) -> [Download] {
        var source = downloads
        var target = downloads
        var width = 1
        while width < source.count {
            var start = 0
            while start < source.count {
                merge(
                    source, start, min(start + width, source.count), min(start + 2 * width, source.count), comparator,
                    &target)
                start += 2 * width
            }
            swap(&source, &target)
            width *= 2
        }
        return source
    }

    private func merge(
        _ source: [Download], _ start: Int, _ middle: Int, _ end: Int, _ comparator: Value, _ target: inout [Download]
    ) {
        // In order already, as almost always: one comparison for the whole run.
        if middle >= end || !precedes(source[middle], source[middle - 1], by: comparator) {
            for index in start..<end { target[index] = source[index] }
            return
        }
        var left = start
        var right = middle
        for index in start..<end {
            let takesRight =
                left == middle || (right < end && precedes(source[right], source[left], by: comparator))
            target[index] = source[takesRight ? right : left]
            if takesRight { right += 1 } else { left += 1 }
        }
    }

    // MARK: Events

    func handleAdded(_ download: Download, to view: View) {
        if view.eventAdded != .none { return run(view.eventAdded, on: download) }
        switch view.role {
        case .started:
            setNotVisible(stoppedView, download)
            download.record.isStarted = true
            download.needsSaving = true
            resume(download)
        case .stopped:
            download.record.isStarted = false
            download.needsSaving = true
            setNotVisible(startedView, download)
        case .plain, .active: break
        }
    }

    func handleRemoved(_ download: Download, from view: View) {
        if view.eventRemoved != .none { return run(view.eventRemoved, on: download) }
        switch view.role {
        case .started:
            setVisible(stoppedView, download)
            pause(download)
        case .stopped: setVisible(startedView, download)
        case .plain, .active: break
        }
    }

    private func run(_ command: Value, on download: Download) {
        do throws(CommandFault) {
            _ = try interpreter.runObject(command, CommandContext(interpreter, target: .download(download)))
        } catch {
            host.log(error.message)
        }
    }

    // MARK: What is there from the start

    /// In rTorrent's order; the commands that their filters name need not exist yet.
    func addBuiltInViews() {
        for name in [
            "main", "default", "name", "active", "started", "stopped", "complete", "incomplete", "hashing", "seeding",
            "leeching",
        ] {
            let view = View(name: Array(name.utf8), index: views.count)
            views.append(view)
            viewByName[view.name] = view
        }
        startedView.role = .started
        stoppedView.role = .stopped
        activeView.role = .active
    }

    var activeView: View { views[3] }
    var startedView: View { views[4] }
    var stoppedView: View { views[5] }
}
