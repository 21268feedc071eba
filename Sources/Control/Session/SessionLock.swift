import Foundation
import Glibc

/// Keeps other processes off a session folder while this lives: `rtorrent.lock` as rTorrent writes it, and a lock of the kernel on the
/// folder.
///
/// rTorrent knows only the file, which outlives a crash; the kernel's lock ends with its process and cannot be mistaken for another's.
final class SessionLock: Sendable {
    private static let name = "rtorrent.lock"
    private static let maxBytes = 4096

    private let folder: FolderFiles
    /// What stands in our file.
    private let text: [UInt8]

    private init(_ folder: FolderFiles, text: [UInt8]) {
        self.folder = folder
        self.text = text
    }

    deinit { release() }

    /// - Parameters:
    ///   - path: for messages.
    ///   - processes: who we are, and who else there is.
    static func take(
        _ folder: FolderFiles, path: String, processes: ProcessTable = .system
    ) throws(SessionError) -> SessionLock {
        let text = Array("\(processes.host):+\(processes.own)\n".utf8)
        let holder: String?
        do throws(FileStepError) {
            holder = try acquire(folder, text, processes)
        } catch {
            throw .folder(path: path, code: error.code)
        }
        if let holder { throw .locked(path: path, holder: holder) }
        return SessionLock(folder, text: text)
    }

    /// Removes the file, if it is still ours, and lets the folder go.
    func release() {
        if (try? folder.read(Self.name, limit: Self.maxBytes)) == text { try? folder.remove(Self.name) }
        _ = flock(folder.descriptor, LOCK_UN)
    }

    /// - Returns: who has it; nil when it is ours.
    private static func acquire(
        _ folder: FolderFiles, _ text: [UInt8], _ processes: ProcessTable
    ) throws(FileStepError) -> String? {
        // Any other error: a file system without such locks, where the file has to do.
        if flock(folder.descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            return try content(folder) ?? "another process"
        }
        // From here on no other process of ours can be doing the same.
        do throws(FileStepError) {
            let holder = try placeFile(folder, text, processes)
            if holder != nil { _ = flock(folder.descriptor, LOCK_UN) }
            return holder
        } catch {
            _ = flock(folder.descriptor, LOCK_UN)
            throw error
        }
    }

    private static func content(_ folder: FolderFiles) throws(FileStepError) -> String? {
        guard let text = try folder.read(name, limit: maxBytes) else { return nil }
        return String(decoding: text.prefix(200).filter { $0 >= 0x20 && $0 != 0x7f }, as: UTF8.self)
    }

    private static func placeFile(
        _ folder: FolderFiles, _ text: [UInt8], _ processes: ProcessTable
    ) throws(FileStepError) -> String? {
        // Linked to its name when it is whole, so that nobody ever sees an empty lock.
        let draft = "\(name).\(processes.own)"
        try folder.remove(draft)
        try folder.write(text, to: draft)
        defer { try? folder.remove(draft) }
        _ = fchmodat(folder.descriptor, draft, 0o444, 0)
        for _ in 0..<3 {
            if linkat(folder.descriptor, draft, folder.descriptor, name, 0) == 0 { return nil }
            guard errno == EEXIST else { throw FileStepError(step: "lock the folder", code: errno) }
            if let holder = try content(folder), !isStale(holder, folder, processes) { return holder }
            try folder.remove(name)
        }
        throw FileStepError(step: "lock the folder", code: EEXIST)
    }

    /// A lock is stale when it is empty (of a power cut), or names a process of this host that is gone or is ourselves, or one that began
    /// after the lock was written: the number was used again.
    ///
    /// A clock that was set in between can make an old process look young, so one that goes by the name of a client counts as the holder.
    private static func isStale(_ holder: String, _ folder: FolderFiles, _ processes: ProcessTable) -> Bool {
        if holder.isEmpty { return true }
        guard let mark = holder.range(of: ":+", options: .backwards), holder[..<mark.lowerBound] == processes.host,
            let number = Int32(holder[mark.upperBound...]), number > 0
        else { return false }
        guard number != processes.own, let process = processes.find(number) else { return true }
        var status = stat()
        guard !process.isClient, let began = process.began, fstatat(folder.descriptor, name, &status, 0) == 0
        else { return false }
        return began > Int64(status.st_mtim.tv_sec) + 2
    }
}
