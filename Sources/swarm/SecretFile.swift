import ArgumentParser
import Glibc

/// A secret in a file of its own, so that it shows in no list of processes.
enum SecretFile {
    private static let longest = 4096

    /// The file without line breaks at its end.
    static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ValidationError("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: longest + 1)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw ValidationError("\(path): \(String(cString: strerror(errno)))") }
        guard count <= longest else { throw ValidationError("\(path): longer than \(longest) bytes") }
        bytes.removeSubrange(count...)
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        return bytes
    }
}
