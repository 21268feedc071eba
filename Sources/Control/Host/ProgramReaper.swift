import Glibc

/// Threads that wait for programs to end, one for each.
enum ProgramReaper {
    private final class Watch: Sendable {
        let process: pid_t
        let pipe: Int32

        init(process: pid_t, pipe: Int32) {
            self.process = process
            self.pipe = pipe
        }
    }

    /// Waits for a program in the background, then writes its wait status to `pipe` and closes that.
    static func watch(_ process: pid_t, reportingTo pipe: Int32) throws(ProgramRun.StartFailure) {
        let watch = Unmanaged.passRetained(Watch(process: process, pipe: pipe))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 64 << 10)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                ProgramReaper.await(Unmanaged<Watch>.fromOpaque(argument).takeRetainedValue())
                return nil
            }, watch.toOpaque())
        guard code == 0 else {
            watch.release()
            throw ProgramRun.StartFailure(errno: code)
        }
    }

    private static func await(_ watch: Watch) {
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var status: Int32 = 0
        while waitpid(watch.process, &status, 0) < 0 {
            guard errno == EINTR else {
                status = Int32(ProgramRun.notStarted)
                break
            }
        }
        // Nobody may be reading any more; with signals blocked that is an error, not the end of us.
        _ = withUnsafeBytes(of: &status) { write(watch.pipe, $0.baseAddress, $0.count) }
        close(watch.pipe)
    }
}
