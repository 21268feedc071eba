/// The words after `swarm run`, read as rTorrent reads its own: single letters, in any order among the files.
///
/// Nothing is run here: `settings` are what the options ask for, in their order, to be run before the config file. So the file has
/// the last word, as with rTorrent.
struct RunOptions: Equatable, Sendable {
    /// Something an option sets.
    struct Setting: Equatable, Sendable {
        enum Command: Equatable, Sendable {
            /// `-O`: a command in the grammar of the config file.
            case line(String)
            /// A command with one text that is not parsed any further: no quotes, no `$`, no lists.
            case call(name: String, argument: String)
        }

        /// As it was written: `-O`, `-d`.
        let option: String
        let command: Command
    }

    /// Where the config comes from.
    enum Config: Equatable, Sendable {
        /// The first of the usual places that has one.
        case search
        /// `-n`
        case none
        /// `--config FILE`
        case file(String)
    }

    private(set) var settings: [Setting] = []
    private(set) var config = Config.search
    /// Torrent files, URLs and magnet links, to be loaded and started when the session has been read.
    private(set) var sources: [String] = []
    private(set) var wantsHelp = false

    /// - Throws: which word makes no sense, and what is wanted.
    init(_ words: [String]) throws(RunOptionError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--":
                sources += rest
                return
            case "-": sources.append(word)
            case _ where word.hasPrefix("--"): try readLong(word, &rest)
            case _ where word.hasPrefix("-"): try readLetters(word.dropFirst(), &rest)
            default: sources.append(word)
            }
        }
    }

    private mutating func readLong(_ word: String, _ rest: inout ArraySlice<String>) throws(RunOptionError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch parts[0] {
        case "--help" where parts.count == 1: wantsHelp = true
        case "--config":
            guard let path = parts.count > 1 ? parts[1] : rest.popFirst(), !path.isEmpty else {
                throw .missingValue("--config", wanted: "a file")
            }
            config = .file(path)
        default: throw .unknown(word)
        }
    }

    /// As getopt(3): letters without a value may stand together, a value may follow its letter at once or as the next word.
    private mutating func readLetters(
        _ letters: Substring, _ rest: inout ArraySlice<String>
    ) throws(RunOptionError) {
        var letters = letters
        while let letter = letters.popFirst() {
            let option = "-\(letter)"
            if try readFlag(letter, option) { continue }
            guard let wanted = Self.wanted[letter] else { throw .unknown(option) }
            guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else {
                throw .missingValue(option, wanted: wanted)
            }
            try read(letter, option, value)
            return
        }
    }

    private mutating func readFlag(_ letter: Character, _ option: String) throws(RunOptionError) -> Bool {
        switch letter {
        case "h": wantsHelp = true
        case "n": config = .none
        case "D": add(option, "method.use_deprecated.set", "1")
        case "I": add(option, "method.use_intermediate.set", "0")
        case "K": add(option, "method.use_intermediate.set", "2")
        default: return false
        }
        return true
    }

    private static let wanted: [Character: String] = [
        "b": "an address", "i": "an address", "p": "a range of ports such as 6890-6999", "d": "a folder",
        "s": "a folder", "o": "key=value,…", "O": "a command such as directory.default.set=/srv",
    ]

    private mutating func read(_ letter: Character, _ option: String, _ value: String) throws(RunOptionError) {
        switch letter {
        case "b": add(option, "network.bind_address.set", value)
        case "i": add(option, "network.local_address.set", value)
        case "p": add(option, "network.port_range.set", value)
        case "d": add(option, "directory.default.set", value)
        case "s": add(option, "session.path.set", value)
        case "O": settings.append(Setting(option: option, command: .line(value)))
        default: try readPairs(option, value)
        }
    }

    /// `key=value,key=value`: every comma ends a pair, whatever stands around it.
    private mutating func readPairs(_ option: String, _ value: String) throws(RunOptionError) {
        for pair in value.split(separator: ",", omittingEmptySubsequences: false) {
            guard let equals = pair.firstIndex(of: "="), equals > pair.startIndex else { throw .notPairs(value) }
            add(option, String(pair[..<equals]), String(pair[pair.index(after: equals)...]))
        }
    }

    private mutating func add(_ option: String, _ name: String, _ argument: String) {
        settings.append(Setting(option: option, command: .call(name: name, argument: argument)))
    }
}

/// What is wrong with the words after `swarm run`.
enum RunOptionError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknown(String)
    case missingValue(String, wanted: String)
    case notPairs(String)

    var description: String {
        switch self {
        case .unknown(let option): "unknown option \(option); swarm run -h lists them"
        case .missingValue(let option, let wanted): "\(option) wants \(wanted)"
        case .notPairs(let text): "-o: found \"\(text)\", wanted key1=value1,key2=value2,…"
        }
    }
}
