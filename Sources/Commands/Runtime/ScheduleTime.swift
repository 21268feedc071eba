/// The START and INTERVAL of `schedule2` as text.
package enum ScheduleTime {
    /// A century: what is longer is a mistake, and keeps sums away from overflow.
    private static let longest: Int64 = 100 * 366 * 86_400

    /// Seconds until a schedule starts.
    ///
    /// - Parameter text: `S` from now; `MM:SS` at the next such point of the hour; `HH:MM:SS` at the next such local time.
    /// - Parameter secondOfDay: local time now. The present moment itself counts as past.
    package static func delay(_ text: [UInt8], secondOfDay: Int64) throws(CommandFault) -> Duration {
        let fields = try fields(text)
        switch fields.count {
        case 1: return .seconds(fields[0])
        case 2: return until(fields[0] * 60 + fields[1], now: secondOfDay, period: 3_600)
        case 3: return until((fields[0] * 60 + fields[1]) * 60 + fields[2], now: secondOfDay, period: 86_400)
        default: throw unreadable(text)
        }
    }

    /// The interval: `S`, `M:S`, `H:M:S` or `D:H:M:S`.
    ///
    /// rTorrent multiplies the last field but one of four by 24 in place of 60: `0:0:1:0` fires every 24 s there, and every minute
    /// here. A result of zero means once.
    package static func interval(_ text: [UInt8]) throws(CommandFault) -> Duration {
        let fields = try fields(text)
        guard fields.count <= 4 else { throw unreadable(text) }
        let factors: [Int64] = [1, 60, 3_600, 86_400]
        var seconds: Int64 = 0
        for (field, factor) in zip(fields.reversed(), factors) { seconds += field * factor }
        guard seconds <= longest else { throw unreadable(text) }
        return .seconds(seconds)
    }

    /// Whether rTorrent would compute this interval otherwise.
    package static func isMiscomputedByRTorrent(_ text: [UInt8]) -> Bool {
        guard let fields = try? fields(text), fields.count == 4 else { return false }
        let theirs = ((fields[0] * 60 + fields[1]) * 60 + fields[2]) * 24 + fields[3]
        return (try? interval(text)) != .seconds(theirs)
    }

    private static func until(_ point: Int64, now: Int64, period: Int64) -> Duration {
        let distance = (point % period - now % period + period) % period
        return .seconds(distance == 0 ? period : distance)
    }

    private static func fields(_ text: [UInt8]) throws(CommandFault) -> [Int64] {
        var fields: [Int64] = []
        for part in text.split(separator: UInt8(ascii: ":"), maxSplits: 4, omittingEmptySubsequences: false) {
            let part = Array(part)
            guard let (number, end) = IntegerText.prefix(part, base: 10), number >= 0, number <= longest,
                part[end...].allSatisfy(isSpace)
            else { throw unreadable(text) }
            fields.append(number)
        }
        return fields
    }

    private static func unreadable(_ text: [UInt8]) -> CommandFault {
        .input(
            "Could not parse interval.",
            explanation: "\"\(String(decoding: text.prefix(80), as: UTF8.self))\" is not a time; wanted is seconds, "
                + "or fields with colons as in 01:30:00",
            subject: text)
    }
}
