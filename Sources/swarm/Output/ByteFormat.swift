/// Sizes, rates and times for people: three or four digits and a unit.
enum ByteFormat {
    /// "512 B", "22.8 MiB"; powers of 1024.
    static func size(_ bytes: Int64) -> String {
        scaled(Double(bytes))
    }

    /// "12.4 MiB/s".
    static func rate(_ bytesPerSecond: Double) -> String {
        scaled(bytesPerSecond.isFinite ? bytesPerSecond.rounded() : 0) + "/s"
    }

    /// "12 s", "3 min 20 s", "1 h 02 min", "3 d 04 h".
    static func duration(seconds: Double) -> String {
        guard seconds < 1e9 else { return "years" }
        let whole = Int(max(0, seconds).rounded())
        let (minutes, hours, days) = (whole / 60, whole / 3600, whole / 86_400)
        if days > 0 { return "\(days) d \(twoDigits(hours % 24)) h" }
        if hours > 0 { return "\(hours) h \(twoDigits(minutes % 60)) min" }
        if minutes > 0 { return "\(minutes) min \(twoDigits(whole % 60)) s" }
        return "\(whole) s"
    }

    /// A number with so many digits behind the point, cut off and not rounded up: 99.96 % is not yet 100.0 %.
    static func fixed(_ value: Double, places: Int) -> String {
        var scale: Int64 = 1
        for _ in 0..<places { scale *= 10 }
        // Of 62.4 %, the nearest number below must not make 62.3 %.
        let scaled = (abs(value) * Double(scale)).nextUp.rounded(.down)
        guard scaled < 9e18 else { return "-" }
        let number = Int64(scaled)
        let sign = value < 0 && number > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(number)" }
        let digits = String(number % scale)
        return "\(sign)\(number / scale)." + String(repeating: "0", count: places - digits.count) + digits
    }

    /// A number with so many digits behind the point, rounded to the nearest.
    static func rounded(_ value: Double, places: Int) -> String {
        var half = 0.5
        for _ in 0..<places { half /= 10 }
        return fixed(value < 0 ? value - half : value + half, places: places)
    }

    private static func scaled(_ value: Double) -> String {
        guard value >= 1024 else { return "\(Int64(value)) B" }
        var value = value / 1024
        for unit in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
            if value < 1000 { return "\(rounded(value, places: 1)) \(unit)" }
            value /= 1024
        }
        return "\(rounded(value, places: 1)) EiB"
    }

    private static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }
}
