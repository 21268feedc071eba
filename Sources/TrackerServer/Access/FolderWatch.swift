import Glibc
import NIOPosix
import Synchronization

/// Tells when something in a folder changed: at once where the kernel says so, else every so often.
///
/// Waits on a thread of its own, which `stop` ends.
final class FolderWatch: Sendable {
    private let threads = NIOThreadPool(numberOfThreads: 1)
    private let isEnding = Atomic<Bool>(false)
    private let wakeUp: (read: Int32, write: Int32)

    private static let interesting = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ATTRIB | IN_DELETE_SELF)
    /// Several files that come together are one change.
    private static let settleMilliseconds: Int32 = 100

    /// - Parameters:
    ///   - interval: seconds between looks when nothing is heard, for file systems that tell nothing.
    ///   - changed: called on the watch's thread.
    init(_ path: String, interval: Int, changed: @escaping @Sendable () -> Void) {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wakeUp = (ends[0], ends[1])
        threads.start()
        threads.submit { [self] _ in run(path, interval, changed) }
    }

    private func run(_ path: String, _ interval: Int, _ changed: () -> Void) {
        let notifier = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        defer { if notifier >= 0 { close(notifier) } }
        while !isEnding.load(ordering: .relaxed) {
            // Again in each round: the folder may have been made anew. An existing watch is only confirmed.
            if notifier >= 0 { Self.watch(path, notifier, depth: 0) }
            wait(notifier, milliseconds: Int32(clamping: interval * 1000))
            guard !isEnding.load(ordering: .relaxed) else { break }
            changed()
        }
        close(wakeUp.read)
    }

    private static func watch(_ path: String, _ notifier: Int32, depth: Int) {
        guard depth < 16, inotify_add_watch(notifier, path, interesting) >= 0, let directory = opendir(path) else {
            return
        }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { watch("\(path)/\(name)", notifier, depth: depth + 1) }
        }
    }

    private func wait(_ notifier: Int32, milliseconds: Int32) {
        var wanted = [
            pollfd(fd: wakeUp.read, events: Int16(POLLIN), revents: 0),
            pollfd(fd: notifier, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&wanted, 2, milliseconds) > 0, wanted[1].revents != 0 else { return }
        // What belongs together is read together.
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        repeat {
            while read(notifier, &buffer, buffer.count) > 0 {}
        } while poll(&wanted, 2, Self.settleMilliseconds) > 0 && wanted[0].revents == 0
    }

    /// Ends the thread.
    func stop() async {
        isEnding.store(true, ordering: .relaxed)
        var byte: UInt8 = 0
        _ = write(wakeUp.write, &byte, 1)
        try? await threads.shutdownGracefully()
        close(wakeUp.write)
    }
}
