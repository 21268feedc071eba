import Crypto

/// Turns names from strangers into names that can be created below a folder, and nowhere else.
enum SafeName {
    static let maxComponentBytes = 255
    /// Leaves half of Linux' 4096 for the folder that the user chose.
    static let maxPathBytes = 2048

    /// One component, unchanged where possible.
    ///
    /// Backslashes and control characters stay: they are ordinary in file names here, and a folder that has them must verify.
    static func component(_ raw: ArraySlice<UInt8>) -> (name: String, problem: UnsafeName.Problem?) {
        let text = String(validating: raw, as: UTF8.self)
        guard let problem = problem(of: raw, text: text) else { return (text ?? "_", nil) }
        return (shortened(replacement(for: raw, text: text)), problem)
    }

    private static func problem(of raw: ArraySlice<UInt8>, text: String?) -> UnsafeName.Problem? {
        if raw.isEmpty { return .empty }
        if isDots(raw) { return .dots }
        if raw.contains(UInt8(ascii: "/")) { return .separator }
        if raw.contains(0) { return .nul }
        if text == nil { return .invalidUTF8 }
        return raw.count > maxComponentBytes ? .componentTooLong : nil
    }

    private static func isDots(_ raw: ArraySlice<UInt8>) -> Bool {
        raw.count <= 2 && !raw.isEmpty && raw.allSatisfy { $0 == UInt8(ascii: ".") }
    }

    private static func replacement(for raw: ArraySlice<UInt8>, text: String?) -> String {
        if raw.isEmpty { return "_" }
        if isDots(raw) { return String(repeating: "_", count: raw.count) }
        var safe = ""
        for scalar in (text ?? String(decoding: raw, as: UTF8.self)).unicodeScalars {
            let isBad = scalar == "/" || scalar.value == 0 || (text == nil && scalar == "\u{fffd}")
            safe.unicodeScalars.append(isBad ? "_" : scalar)
        }
        return safe
    }

    /// At most 255 bytes: the beginning, a mark of what was cut, and the extension.
    static func shortened(_ name: String) -> String {
        guard name.utf8.count > maxComponentBytes else { return name }
        var ending = ""
        if let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), name.utf8[dot...].count <= 16 {
            ending = String(name[dot...])
        }
        let mark = "~" + Hex.encode(SHA256.hash(data: Array(name.utf8)).prefix(4)) + ending
        var kept = ""
        var room = maxComponentBytes - mark.utf8.count
        for scalar in name.unicodeScalars {
            room -= UTF8.width(scalar)
            if room < 0 { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept + mark
    }

    /// A whole path; one that is too long to open keeps its last component, in a folder named after the rest.
    static func path(_ raw: [ArraySlice<UInt8>]) -> (path: [String], problem: UnsafeName.Problem?) {
        var path: [String] = []
        path.reserveCapacity(raw.count)
        var first: UnsafeName.Problem?
        var bytes = 0
        for part in raw {
            let (name, problem) = component(part)
            first = first ?? problem
            path.append(name)
            bytes += name.utf8.count + 1
        }
        guard let last = path.last else { return (["_"], .empty) }
        guard bytes > maxPathBytes else { return (path, first) }
        let digest = SHA256.hash(data: Array(raw.dropLast().joined(separator: [UInt8(ascii: "/")])))
        return (["_" + Hex.encode(digest.prefix(8)), last], .pathTooLong)
    }

    /// A path as text for people, whatever its bytes; long ones are cut.
    static func display(_ raw: [ArraySlice<UInt8>]) -> String {
        String(decoding: Array(raw.prefix(64).joined(separator: [UInt8(ascii: "/")])).prefix(512), as: UTF8.self)
    }

    /// "name (2).ext": another name for the same thing.
    static func numbered(_ name: String, _ number: Int) -> String {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else {
            return shortened("\(name) (\(number))")
        }
        return shortened("\(name[..<dot]) (\(number))\(name[dot...])")
    }
}
