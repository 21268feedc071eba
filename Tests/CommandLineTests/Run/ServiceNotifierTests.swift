import Glibc
import TestKit
import Testing

@testable import swarm

@Suite("notes to the service manager")
struct ServiceNotifierTests {
    @Test("go to the socket of a path, and to an abstract one")
    func notes() throws {
        let folder = try TemporaryFolder()
        for name in [folder.path("notify"), "@swarm-test-\(getpid())-\(folder.path.hashValue)"] {
            let listener = try #require(NotifySocket(name))
            let notifier = ServiceNotifier { $0 == "NOTIFY_SOCKET" ? name : nil }

            notifier.send("READY=1")

            #expect(listener.receive() == "READY=1")
        }
    }

    @Test("go nowhere without a socket, or with one that is gone")
    func nowhere() throws {
        ServiceNotifier { _ in nil }.send("READY=1")
        ServiceNotifier { $0 == "NOTIFY_SOCKET" ? "/nowhere" : nil }.send("READY=1")

        #expect(ServiceNotifier { $0 == "NOTIFY_SOCKET" ? "relative" : nil }.path == nil)
    }

    @Test("signs of life come twice as often as they must, and only if this process is meant")
    func watchdog() {
        func interval(_ environment: [String: String]) -> Duration? {
            ServiceNotifier { environment[$0] }.watchdogInterval
        }

        #expect(interval(["WATCHDOG_USEC": "3000000"]) == .milliseconds(1_500))
        #expect(interval(["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "\(getpid())"]) == .milliseconds(1_500))
        #expect(interval(["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "0"]) == nil && interval(["WATCHDOG_USEC": "x"]) == nil)
    }
}
