/// When a status block is due where nobody looks on: a log must tell the story and not fill the disk.
struct StatusPace {
    /// Seconds between blocks while something is fetched or checked.
    private let interval: Double
    /// Seconds between blocks of a seed; a seed runs for months.
    private let seedInterval: Double
    private var last: (status: TransferStatus, seconds: Double)?

    /// - Parameter interval: for all phases, as the user wants it; nil is 5 s, and 60 s for a seed.
    init(interval: Double? = nil) {
        self.interval = interval ?? 5
        seedInterval = interval ?? 60
    }

    /// Whether to show `status`, which counts as shown then.
    mutating func isDue(_ status: TransferStatus, now: Double) -> Bool {
        guard let last else {
            last = (status, now)
            return status.phase != .starting
        }
        let isNews = last.status.kind != status.kind || !status.problems.isEmpty
        let wait = status.isWhole ? seedInterval : interval
        guard isNews || now - last.seconds >= wait && !last.status.looksLike(status) else { return false }
        self.last = (status, now)
        return true
    }
}

extension TransferStatus {
    /// The phase without what it carries.
    fileprivate var kind: Int {
        switch phase {
        case .starting: 0
        case .checking: 1
        case .downloading: 2
        case .seeding: 3
        case .complete: 4
        case .stopping, .stopped: 5
        case .failed: 6
        }
    }

    /// Differs at most in what a status block does not show.
    fileprivate func looksLike(_ other: TransferStatus) -> Bool {
        HeadlessStatus.lines(self) == HeadlessStatus.lines(other)
    }
}
