import Foundation
import TestKit

/// Debian's mktorrent 1.1.
enum Mktorrent {
    static func make(_ payload: Payload, in folder: String, announce: String, output: String) async throws {
        try await ChildProcess.run(
            [
                "mktorrent", "-l", "\(payload.pieceLengthPower)", "-a", announce, "-o", output,
                "\(folder)/\(payload.name)",
            ], in: URL(fileURLWithPath: output).deletingLastPathComponent().path
        )
        .requireSuccess()
    }
}
