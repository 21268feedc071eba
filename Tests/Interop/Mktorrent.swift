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

    /// SHA-1 of the info dictionary, which mktorrent writes last.
    static func infoHash(of torrent: String) async throws -> [UInt8] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: torrent))
        guard let key = bytes.range(of: Data("4:info".utf8)) else { throw Failure(description: "no info") }
        let info = bytes[key.upperBound..<bytes.endIndex - 1]
        let file = torrent + ".info"
        try info.write(to: URL(fileURLWithPath: file))
        let sum = try await ChildProcess.run(
            ["sha1sum", file], in: URL(fileURLWithPath: torrent).deletingLastPathComponent().path)
        let hex = Array(sum.standardOutput.prefix(40))
        return stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(String(hex[$0...$0 + 1]), radix: 16) }
    }
}
