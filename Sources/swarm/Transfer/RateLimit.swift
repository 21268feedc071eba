import ArgumentParser

/// A limit in KiB/s as users type it; 0, and BitTornado's -1 for "automatic", are no limit.
struct RateLimit: Equatable, ExpressibleByArgument {
    /// 0 is no limit.
    let bytesPerSecond: Int

    static let none = RateLimit(bytesPerSecond: 0)

    private init(bytesPerSecond: Int) {
        self.bytesPerSecond = bytesPerSecond
    }

    init?(argument: String) {
        guard let kibibytes = Double(argument), kibibytes == -1 || kibibytes >= 0, kibibytes < 1e12 else { return nil }
        // A limit below one byte a second would become "no limit".
        self.init(bytesPerSecond: kibibytes > 0 ? max(1, Int(kibibytes * 1024)) : 0)
    }
}
