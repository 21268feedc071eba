import Glibc

/// The machine's own clock, environment and files. What is printed and run is left to the host: those parts do nothing here.
package enum SystemServices {
    package static func unixMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// Time since start-up of the machine, sleep included.
    package static func uptime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Seconds east of Greenwich; 0 for times without a calendar date.
    package static func secondsFromGMT(at unixSeconds: Int64) -> Int64 {
        var time = time_t(unixSeconds)
        var parts = tm()
        return localtime_r(&time, &parts) == nil ? 0 : Int64(parts.tm_gmtoff)
    }

    package static func environment(_ name: String) -> [UInt8]? {
        guard !name.isEmpty, let value = getenv(name) else { return nil }
        return Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
    }

    package static func canonicalPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The whole of a regular file, or what a pipe gives, up to `limit` bytes.
    package static func readFile(_ path: String, limit: Int) throws(FileReadFault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileReadFault(reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileReadFault(reason: String(cString: strerror(errno))) }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw FileReadFault(reason: "larger than \(limit) bytes") }
            bytes += part[..<count]
        }
    }
}

extension CommandHost {
    package func unixMicroseconds() -> Int64 { SystemServices.unixMicroseconds() }
    package func uptime() -> Duration { SystemServices.uptime() }
    package func secondsFromGMT(at unixSeconds: Int64) -> Int64 { SystemServices.secondsFromGMT(at: unixSeconds) }
    package func environment(_ name: String) -> [UInt8]? { SystemServices.environment(name) }
    package func canonicalPath(_ path: String) -> String { SystemServices.canonicalPath(path) }
    package func readFile(_ path: String, limit: Int) throws(FileReadFault) -> [UInt8] {
        try SystemServices.readFile(path, limit: limit)
    }
}
