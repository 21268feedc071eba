import Control
import Testing

@Suite struct RatioRuleTests {
    /// Figures in MiB.
    private struct Case: CustomTestStringConvertible {
        var uploaded: Int64
        var done: Int64
        var isReached: Bool
        var rule = RatioRule()
        var testDescription: String { "\(uploaded) of \(done) MiB" }
    }

    @Test(
        "has given enough at the minimal ratio and amount, or at the maximal ratio",
        arguments: [
            Case(uploaded: 0, done: 10, isReached: false),
            // The ratio is there, the amount is not.
            Case(uploaded: 19, done: 9, isReached: false),
            Case(uploaded: 20, done: 10, isReached: true),
            Case(uploaded: 20, done: 11, isReached: false),
            // Three times as much stops at once, however little that is.
            Case(uploaded: 6, done: 2, isReached: false),
            Case(uploaded: 7, done: 2, isReached: true),
            Case(uploaded: 1_000, done: 100, isReached: true),
            Case(uploaded: 7, done: 2, isReached: false, rule: RatioRule(maxRatio: 0)),
            Case(uploaded: 1, done: 0, isReached: true),
            Case(uploaded: 0, done: 0, isReached: false, rule: RatioRule(maxRatio: 0)),
        ])
    private func reaches(_ example: Case) {
        let isReached = example.rule.isReached(uploaded: example.uploaded << 20, done: example.done << 20)

        #expect(isReached == example.isReached)
    }

    @Test("does not overflow with figures of any size")
    func huge() {
        let rule = RatioRule(minRatio: .max, maxRatio: .max, minUpload: 0)

        #expect(!rule.isReached(uploaded: .max - 1, done: .max))
        #expect(RatioRule().isReached(uploaded: .max, done: 1))
    }
}

@Suite struct LowDiskRuleTests {
    @Test("stops what downloads to a disk with less free than the limit")
    func limit() {
        let rule = LowDiskRule(limit: 500)

        #expect(rule.stops(isDownloading: true, priority: 2, free: 499))
        #expect(!rule.stops(isDownloading: true, priority: 2, free: 500))
        #expect(!rule.stops(isDownloading: false, priority: 2, free: 0))
    }

    @Test("stops nothing where the system does not tell how much is free")
    func unknown() {
        #expect(!LowDiskRule(limit: .max).stops(isDownloading: true, priority: 2, free: nil))
    }

    @Test("spares high priority when asked to")
    func spares() {
        let rule = LowDiskRule(limit: 500, sparesHigh: true)

        #expect(!rule.stops(isDownloading: true, priority: 3, free: 0))
        #expect(rule.stops(isDownloading: true, priority: 2, free: 0))
        #expect(LowDiskRule(limit: 500).stops(isDownloading: true, priority: 3, free: 0))
    }
}
