import Commands
import Glibc

/// Questions about a place on the disk.
enum Folder {
    enum State {
        case fine
        case missing
        case notAFolder
        case unwritable
    }

    static func state(_ path: String) -> State {
        let path = expanded(path)
        var status = stat()
        guard stat(path, &status) == 0 else { return .missing }
        guard status.st_mode & S_IFMT == S_IFDIR else { return .notAFolder }
        return access(path, W_OK | X_OK) == 0 ? .fine : .unwritable
    }

    static func isSocket(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// With a leading `~` replaced.
    static func expanded(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home = Environment.value("HOME") else { return path }
        return home + path.dropFirst()
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The process of this machine that holds a session folder now; nil if there is none. The lock reads `HOST:+PID`.
    static func lockHolder(session: String) -> Int32? {
        let path = "\(expanded(session))/rtorrent.lock"
        guard let bytes = try? SystemServices.readFile(path, limit: 1_000) else { return nil }
        let text = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
        guard let mark = text.lastIndex(of: "+"), let process = Int32(text[text.index(after: mark)...]), process > 0
        else { return nil }
        return kill(process, 0) == 0 || errno == EPERM ? process : nil
    }
}

/// Whether a TCP port could be bound, found out by binding it for a moment.
enum PortProbe {
    /// - Parameter host: a numeric address or a name; empty is every address.
    /// - Returns: nil if it can be bound.
    static func reasonNotToBind(host: String, port: UInt16) -> String? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host.isEmpty ? nil : host, String(port), &hints, &list)
        guard failure == 0, let info = list?.pointee else { return String(cString: gai_strerror(failure)) }
        defer { freeaddrinfo(list) }
        let descriptor = socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        // What closed connections left behind does not count.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        return bind(descriptor, info.ai_addr, info.ai_addrlen) == 0 ? nil : String(cString: strerror(errno))
    }
}
