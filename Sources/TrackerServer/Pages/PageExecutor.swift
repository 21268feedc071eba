import NIOPosix

/// Threads for the making of pages: neither an event loop, where announces would wait, nor the threads that all of the
/// process's tasks share, which others may block.
final class PageExecutor: TaskExecutor {
    private let threads = NIOThreadPool(numberOfThreads: 2)

    init() { threads.start() }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // Once the threads have ended the job runs here: a task must not be left hanging.
        threads.submit { [self] _ in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    func stop() async { try? await threads.shutdownGracefully() }
}
