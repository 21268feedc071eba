/// Commands to be run later, once or again and again. Pure: *now* comes in, due commands and the next deadline go out.
///
/// Time is a clock that never jumps (``CommandHost/uptime()``), so a change of the wall clock neither stops a schedule nor makes it
/// catch up. Only the start of a daily or hourly schedule looks at the wall clock, see ``ScheduleTime``.
package struct Scheduler: Sendable {
    package struct Entry: Sendable {
        package let key: [UInt8]
        /// A text or a `((call))`, for ``Interpreter/runObject``.
        package let command: Value
        package fileprivate(set) var due: Duration
        /// Zero: once.
        package let interval: Duration
    }

    private var entries: [[UInt8]: Entry] = [:]

    package init() {}

    /// What is scheduled, in order of keys.
    package var all: [Entry] { entries.values.sorted { $0.key.lexicographicallyPrecedes($1.key) } }

    package subscript(key: [UInt8]) -> Entry? { entries[key] }

    /// When ``takeDue(now:)`` has something to give; nil when nothing is scheduled.
    package var nextDeadline: Duration? { entries.values.lazy.map(\.due).min() }

    /// Schedules a command in place of the one that has this key.
    package mutating func insert(
        key: [UInt8], command: Value, after delay: Duration, every interval: Duration, now: Duration
    ) {
        entries[key] = Entry(key: key, command: command, due: now + delay, interval: interval)
    }

    package mutating func remove(key: [UInt8]) { entries[key] = nil }

    /// The commands that are due, earliest first. Those with an interval are due again at their next multiple of it after `now`:
    /// times that were slept through are skipped.
    package mutating func takeDue(now: Duration) -> [Entry] {
        let due = entries.values.filter { $0.due <= now }.sorted {
            $0.due == $1.due ? $0.key.lexicographicallyPrecedes($1.key) : $0.due < $1.due
        }
        for entry in due {
            if entry.interval > .zero {
                let missed = Int64((now - entry.due) / entry.interval)
                entries[entry.key]?.due = entry.due + entry.interval * (missed + 1)
            } else {
                entries[entry.key] = nil
            }
        }
        return due
    }
}

extension Interpreter {
    /// Runs what is due. A failing command is logged as rTorrent does and stays scheduled.
    package func runDue() {
        for entry in scheduler.takeDue(now: host.uptime()) {
            do throws(CommandFault) {
                _ = try runObject(entry.command, CommandContext(self))
            } catch {
                host.log("Scheduled command failed: \(String(decoding: entry.key, as: UTF8.self)): \(error.message)")
            }
        }
    }
}
