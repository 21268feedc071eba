import Glibc

/// Why a process could not become another user.
enum PrivilegeError: Error, CustomStringConvertible {
    /// It is not root's.
    case notPrivileged
    case unknownUser(String)
    case failed(String, code: Int32)

    var description: String {
        switch self {
        case .notPrivileged: "only root can become another user"
        case .unknownUser(let name): "--user \(name): there is no such user"
        case .failed(let name, let code): "--user \(name): \(String(cString: strerror(code)))"
        }
    }
}

/// Giving up root once what needs it is done, with no way back.
enum Privileges {
    static func drop(to name: String) throws(PrivilegeError) {
        guard geteuid() == 0 else { throw .notPrivileged }
        guard let entry = getpwnam(name) else { throw .unknownUser(name) }
        let (user, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        // As root both set the saved ids too.
        guard initgroups(name, group) == 0, setgid(group) == 0, setuid(user) == 0 else {
            throw .failed(name, code: errno)
        }
        // A kernel that let us back would be worse than an error.
        guard user == 0 || setuid(0) != 0 else { throw .failed(name, code: EPERM) }
    }
}
