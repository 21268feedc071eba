extension Builtins {
    static func defineConversions(in map: CommandMap) {
        func define(
            _ name: String, _ unit: CommandUnit, _ help: String, _ body: @escaping (CommandContext, Int64) -> Value
        ) {
            map.define(
                "convert.\(name)", [.value("value", unit: unit)], .string, flags: .isUntrustedSafe, scope: .read,
                help: help
            ) { (context, arguments) throws(CommandFault) in
                body(context, try arguments.onlyInteger())
            }
        }
        define("kb", .bytes, "KiB with one decimal, at least 5 wide") { .text(decimal($1, shift: 10, width: 5)) }
        define("mb", .bytes, "MiB with one decimal, at least 8 wide") { .text(decimal($1, shift: 20, width: 8)) }
        define("xb", .bytes, "size with KB, MB, GB or TB, one decimal") { .text(readableSize($1)) }
        define("throttle", .bytesPerSecond, "KiB/s; off for 0, --- for negative") { _, rate in
            if rate == 0 { return "off" }
            return rate < 0 ? "---" : .text(padded(String(rate / 1024), 3))
        }
        define("date", .unixTime, "local date as DD/MM/YYYY") {
            date($1, offset: $0.interpreter.host.secondsFromGMT(at: $1))
        }
        define("time", .unixTime, "local time as HH:MM:SS") {
            time($1, offset: $0.interpreter.host.secondsFromGMT(at: $1))
        }
        define("gm_date", .unixTime, "UTC date as DD/MM/YYYY") { date($1, offset: 0) }
        define("gm_time", .unixTime, "UTC time as HH:MM:SS") { time($1, offset: 0) }
        define("elapsed_time", .unixTime, "time since then as HH:MM:SS") { context, start in
            let (age, overflow) = (context.interpreter.host.unixMicroseconds() / 1_000_000)
                .subtractingReportingOverflow(start)
            let seconds = overflow ? 0 : max(0, age)
            return .text("\(padded(String(seconds / 3_600), 2)):\(two(seconds / 60 % 60)):\(two(seconds % 60))")
        }
    }

    /// `value / 2^shift` as `%W.1f` prints it: one decimal, ties to even.
    private static func decimal(_ value: Int64, shift: Int, width: Int) -> String {
        let scaled = UInt128(value.magnitude) * 10
        var tenths = scaled >> UInt128(shift)
        let rest = scaled & ((1 << UInt128(shift)) - 1)
        let half = UInt128(1) << UInt128(shift - 1)
        if rest > half || (rest == half && tenths & 1 == 1) { tenths += 1 }
        return padded("\(value < 0 ? "-" : "")\(tenths / 10).\(tenths % 10)", width)
    }

    private static func readableSize(_ value: Int64) -> String {
        if value < 1000 << 10 { return decimal(value, shift: 10, width: 5) + " KB" }
        if value < 1000 << 20 { return decimal(value, shift: 20, width: 5) + " MB" }
        if value < 1000 << 30 { return decimal(value, shift: 30, width: 5) + " GB" }
        return decimal(value, shift: 40, width: 5) + " TB"
    }

    /// Years beyond this are no dates: nothing, as rTorrent answers there.
    private static let latest: Int64 = 253_402_300_799

    private static func date(_ unixTime: Int64, offset: Int64) -> Value {
        guard abs(unixTime / 2) <= latest / 2 else { return .none }
        let days = floorDivided(unixTime + offset, 86_400)
        // Days to year, month and day: eras of 400 years that start on 1 March.
        let shifted = days + 719_468
        let era = floorDivided(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let yearText = String(year)
        return .text(
            "\(two(day))/\(two(month))/\(String(repeating: "0", count: max(0, 4 - yearText.count)))\(yearText)")
    }

    private static func time(_ unixTime: Int64, offset: Int64) -> Value {
        guard abs(unixTime / 2) <= latest / 2 else { return .none }
        let second = unixTime + offset - floorDivided(unixTime + offset, 86_400) * 86_400
        return .text("\(padded(String(second / 3_600), 2)):\(two(second / 60 % 60)):\(two(second % 60))")
    }

    private static func floorDivided(_ value: Int64, _ divisor: Int64) -> Int64 {
        value / divisor - (value % divisor < 0 ? 1 : 0)
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
