import Glibc

/// Tells the service manager how far we are: the datagrams of sd_notify(3), which need no library.
struct ServiceNotifier: Sendable {
    /// From `$NOTIFY_SOCKET`; nil: nobody wants to know.
    let path: String?
    /// Between two signs of life, half of what `$WATCHDOG_USEC` allows; nil: none are wanted.
    let watchdogInterval: Duration?

    init(environment: (String) -> String?) {
        path = environment("NOTIFY_SOCKET").flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        let isMeant = environment("WATCHDOG_PID").map { Int32($0) == getpid() } ?? true
        watchdogInterval = environment("WATCHDOG_USEC").flatMap(Int64.init).flatMap { microseconds in
            isMeant && microseconds > 0 ? .microseconds(microseconds / 2) : nil
        }
    }

    /// Sends `READY=1` and the like. What fails has no consequence for us.
    func send(_ state: String) {
        guard let path else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { place in
            place.copyBytes(from: bytes)
            // A name in the abstract name space begins with a zero byte; `@` stands for it.
            if bytes.first == UInt8(ascii: "@") { place[0] = 0 }
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let text = Array(state.utf8)
        withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), address, length)
            }
        }
    }
}
