import Foundation
import Testing

/// The map in CONTRIBUTING.md: the table of floors and the table of arrows that must never exist.
struct PackageMap {
    struct Row {
        let floor: Int
        let target: String
        let imports: Set<String>
    }

    struct ForbiddenArrow {
        let from: String
        let to: String
    }

    let rows: [Row]
    let forbidden: [ForbiddenArrow]

    init() throws {
        let text = try String(contentsOf: SourceTree.root.appendingPathComponent("CONTRIBUTING.md"), encoding: .utf8)
        let tableRows = text.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        // | floor | `Target` | one sentence | Imports, of, ours |
        rows = tableRows.compactMap { cells in
            guard cells.count == 4, let floor = Int(cells[0]) else { return nil }
            return Row(floor: floor, target: Self.names(cells[1]).joined(), imports: Set(Self.names(cells[3])))
        }
        // | From, from → to, to | because |
        forbidden = tableRows.flatMap { cells -> [ForbiddenArrow] in
            let sides = cells[0].components(separatedBy: " → ")
            guard cells.count == 2, sides.count == 2 else { return [] }
            return Self.names(sides[0]).flatMap { from in
                Self.names(sides[1]).map { ForbiddenArrow(from: from, to: $0) }
            }
        }
    }

    private static func names(_ cell: String) -> [String] {
        cell.split(separator: ",").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
            .filter { $0 != "–" }
    }
}
