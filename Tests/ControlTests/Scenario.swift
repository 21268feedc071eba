import Foundation
import TestKit
import Testing

/// A scenario of `Fixtures/scenarios.txt`: steps, and what a real rtorrent 0.9.8 answered to each. See `Fixtures/record.py`.
struct Scenario: Sendable, CustomTestStringConvertible {
    struct Step: Sendable {
        let line: String
        /// The answer of a call, as JSON; nil where there is none to compare.
        var answer: String?
        /// What handlers noted, in order.
        var notes = ""
    }

    let name: String
    var config: [String] = []
    var steps: [Step] = []

    var testDescription: String { name }
    var takesTime: Bool { steps.contains { $0.line.hasPrefix("tick") } }

    static let all: [Scenario] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
            path: "Fixtures/scenarios.txt")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        return text.components(separatedBy: "=== ").dropFirst().map { Scenario($0) }
    }()

    private init(_ section: String) {
        var lines = section.split(separator: "\n").map(String.init)
        name = lines.removeFirst()
        for line in lines {
            if line.hasPrefix("rc ") {
                config.append(String(line.dropFirst(3)))
            } else if line.hasPrefix("= ") || line.hasPrefix("! ") {
                // `!`: ours differs on purpose; the line before it says from what.
                note(line.dropFirst(2))
            } else if !line.hasPrefix("#") {
                steps.append(Step(line: line))
            }
        }
    }

    private mutating func note(_ text: Substring) {
        guard !steps.isEmpty else { return }
        let parts = text.components(separatedBy: " | ")
        let answer = parts[0].trimmingCharacters(in: .whitespaces)
        steps[steps.count - 1].answer = answer.isEmpty ? nil : answer
        steps[steps.count - 1].notes = parts.count > 1 ? parts[1] : ""
    }
}
