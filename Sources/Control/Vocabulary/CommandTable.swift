package import Commands

/// How far each command of rTorrent is done here, drawn from the table that defines them.
///
/// For `swarm rpc --list` and the README.
package struct CommandTable {
    package enum State: String, Sendable, CaseIterable {
        /// Answers the truth and has its effect.
        case done
        /// Makes no sense here: accepted, with a neutral answer; the help says why.
        case neutral
        /// Accepted and kept, the effect is still to come.
        case notYet = "not yet"
        case missing
    }

    package struct Row: Sendable {
        package let name: String
        package let state: State
        /// Which rTorrent has it: `both`, `0.9.8`, `0.16`; empty where only we have it.
        package let origin: String
        /// Name and parameters.
        package let usage: String
        package let result: String
        package let scope: String
        package let help: String
        /// The name to write instead, where this is another name of a command.
        package let modernName: String?
    }

    /// In order of names.
    package let rows: [Row]

    /// - Parameter map: complete, aliases included. Private commands and what users defined are left out.
    package init(_ map: CommandMap) {
        var origins: [String: String] = [:]
        for name in ReferenceNames.inBoth { origins[name] = "both" }
        for name in ReferenceNames.only098 { origins[name] = "0.9.8" }
        for name in ReferenceNames.only016 { origins[name] = "0.16" }
        var rows: [Row] = []
        for command in map.commands {
            let origin = origins.removeValue(forKey: command.name) ?? ""
            guard !command.flags.contains(.isPrivate) else { continue }
            rows.append(Self.row(command, origin))
        }
        // What the transport answers itself, without a command behind it.
        for name in Self.transportNames { origins[name] = nil }
        for (name, origin) in origins {
            rows.append(
                Row(
                    name: name, state: .missing, origin: origin, usage: name, result: "", scope: "", help: "",
                    modernName: nil))
        }
        self.rows = rows.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Answered before any command is looked up: introspection, and private names that other commands stand for.
    static let transportNames = [
        "system.listMethods", "system.methodExist", "system.methodSignature", "system.methodHelp", "system.multicall",
        "system.capabilities", "system.getCapabilities", "system.shutdown",
    ]

    package func count(_ state: State) -> Int { rows.count { $0.state == state } }

    private static func row(_ command: Command, _ origin: String) -> Row {
        let state: State =
            command.flags.contains(.isNeutral) ? .neutral : command.flags.contains(.isNotYet) ? .notYet : .done
        return Row(
            name: command.name, state: state, origin: origin, usage: command.usage, result: command.result.rawValue,
            scope: "\(command.scope)", help: command.help, modernName: command.alias?.modernName)
    }
}

extension CommandTable {
    /// Columns for a terminal, a line for each command.
    package func text(only states: Set<State> = Set(State.allCases)) -> String {
        let shown = rows.filter { states.contains($0.state) }
        let width = min(48, shown.map(\.usage.count).max() ?? 0)
        var text = ""
        for row in shown {
            let usage = row.usage.padded(to: width)
            text +=
                "\(usage)  \(row.state.rawValue.padded(to: 7))  \(row.result.padded(to: 6))  \(row.scope.padded(to: 7))  "
            text += row.help + "\n"
        }
        return text
    }

    /// A table in Markdown: by default what is not done, which is what readers look for.
    package func markdown(only states: Set<State> = [.neutral, .notYet, .missing]) -> String {
        var text = "| Command | State | What it is, and why |\n| --- | --- | --- |\n"
        for row in rows where states.contains(row.state) && row.modernName == nil && !row.isSetterOfListed(in: self) {
            let help = row.help.replacing("|", with: "\\|")
            text += "| `\(row.name)` | \(row.state.rawValue) | \(help) |\n"
        }
        return text
    }

    /// `done 812, neutral 60, not yet 30, missing 0`.
    package var summary: String {
        State.allCases.map { "\($0.rawValue) \(count($0))" }.joined(separator: ", ")
    }

    fileprivate func has(_ name: String, _ state: State) -> Bool {
        rows.contains { $0.name == name && $0.state == state }
    }
}

extension CommandTable.Row {
    /// Setters say nothing that their getters do not.
    fileprivate func isSetterOfListed(in table: CommandTable) -> Bool {
        name.hasSuffix(".set") && table.has(String(name.dropLast(4)), state)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}
