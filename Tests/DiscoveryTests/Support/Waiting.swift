import TestKit

/// Waits for something that happens on another event loop.
func waitUntil(_ claim: String, _ condition: () async throws -> Bool) async throws {
    try await eventually(claim, within: .seconds(20), condition)
}
