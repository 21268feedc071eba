import Commands
import Control
import Testing

@Suite struct DownloadRecordTests {
    @Test("a new download is stopped, unlabelled and of normal priority")
    func defaults() {
        let record = DownloadRecord()

        #expect(!record.isStarted && record.priority == 2 && record.customs.allSatisfy(\.isEmpty))
    }
}
