import Glibc
import NIOCore

/// Threads for one long piece of work, which the caller waits for.
///
/// Hashing keeps every core busy for minutes and blocks on the disk; neither Swift's cooperative pool nor the event loops'
/// blocking pool should be held that long, and the user's `-t` must be obeyed even beyond the number of cores.
enum WorkerThreads {
    /// How many processors this process may use, limits of containers counted in.
    static var processorCount: Int {
        System.coreCount
    }

    /// Runs `body` on `count` threads, the caller's among them, and returns when all are done.
    ///
    /// Where the system refuses a thread the work goes on with fewer, so `body` must share the work out as it goes.
    static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        let threads = (1..<max(1, count)).compactMap { _ in start(body) }
        body()
        for thread in threads { pthread_join(thread, nil) }
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            return nil
        }
        return thread
    }
}
