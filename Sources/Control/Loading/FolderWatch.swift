import Glibc
import Synchronization

/// Tells of files that appear in folders, by inotify, from a thread of its own.
///
/// A file counts when it has been written and closed, or moved in whole: rTorrent's choice too.
final class FolderWatch: Sendable {
    private struct Watch {
        var folder: [UInt8]
        var handlers: [@Sendable ([UInt8]) -> Void]
    }

    private let descriptor: Int32
    private let watches = Mutex<[Int32: Watch]>([:])

    /// - Throws: the system's reason.
    init() throws(LoadFailure) {
        descriptor = inotify_init1(Int32(IN_CLOEXEC))
        guard descriptor >= 0 else {
            throw LoadFailure(message: "Could not open inotify: \(String(cString: strerror(errno)))")
        }
        let thread = Thread(descriptor: descriptor) { [weak self] event in
            guard let self else { return false }
            handle(event)
            return true
        }
        guard thread.start() else {
            close(descriptor)
            throw LoadFailure(message: "Could not open inotify: no thread for it")
        }
    }

    /// Ends the thread: the system tells it of each watch that is removed.
    deinit {
        for watch in watches.withLock({ Array($0.keys) }) { inotify_rm_watch(descriptor, watch) }
    }

    func add(_ folder: [UInt8], _ handler: @escaping @Sendable ([UInt8]) -> Void) throws(LoadFailure) {
        let mask = UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_ONLYDIR)
        let number = FileStatus.withCString(folder) { inotify_add_watch(descriptor, $0, mask) }
        guard number >= 0 else {
            let name = String(decoding: folder, as: UTF8.self)
            throw LoadFailure(message: "Could not watch \(name): \(String(cString: strerror(errno)))")
        }
        watches.withLock { $0[number, default: Watch(folder: folder, handlers: [])].handlers.append(handler) }
    }

    private func handle(_ event: Event) {
        guard !event.name.isEmpty, let watch = watches.withLock({ $0[event.watch] }) else { return }
        let path = DownloadPlace.joined(watch.folder, event.name)
        for handler in watch.handlers { handler(path) }
    }

    private struct Event {
        let watch: Int32
        let name: [UInt8]
    }

    /// Waits for events for as long as somebody wants them; then closes the descriptor.
    private final class Thread: Sendable {
        private let descriptor: Int32
        private let deliver: @Sendable (Event) -> Bool

        init(descriptor: Int32, deliver: @escaping @Sendable (Event) -> Bool) {
            self.descriptor = descriptor
            self.deliver = deliver
        }

        func start() -> Bool {
            var thread = pthread_t()
            let argument = Unmanaged.passRetained(self)
            let failure = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<Thread>.fromOpaque(argument).takeRetainedValue().run()
                    return nil
                }, argument.toOpaque())
            guard failure == 0 else {
                argument.release()
                return false
            }
            pthread_detach(thread)
            return true
        }

        private func run() {
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0, deliverAll(buffer[..<count]) else { break }
            }
            close(descriptor)
        }

        /// - Returns: false when nobody listens any more.
        private func deliverAll(_ bytes: ArraySlice<UInt8>) -> Bool {
            let headLength = MemoryLayout<inotify_event>.size
            var rest = bytes
            while rest.count >= headLength {
                let head = rest.withUnsafeBytes { $0.loadUnaligned(as: inotify_event.self) }
                guard rest.count >= headLength + Int(head.len) else { return true }
                let name = rest.dropFirst(headLength).prefix(Int(head.len)).prefix { $0 != 0 }
                guard deliver(Event(watch: head.wd, name: Array(name))) else { return false }
                rest = rest.dropFirst(headLength + Int(head.len))
            }
            return true
        }
    }
}
