import Foundation
import TestKit

/// Debian's mktorrent 1.1.
enum Mktorrent {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func make(_ payload: Payload, in folder: String, announce: String, output: String) async throws {
        let run = try await ChildProcess.run(
            [
                "mktorrent", "-l", "\(payload.pieceLengthPower)", "-a", announce, "-o", output,
                "\(folder)/\(payload.name)",
            ], in: URL(fileURLWithPath: output).deletingLastPathComponent().path)
        guard run.exitStatus == 0 else { throw Failure(description: run.report) }
    }
}
