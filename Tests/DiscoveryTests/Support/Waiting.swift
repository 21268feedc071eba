import TestKit

/// Waits for something that happens on another event loop or in another program.
func waitUntil(
    _ claim: String, context: () -> String = { "" }, _ condition: () async throws -> Bool
) async throws {
    try await eventually(claim, within: .seconds(20), context: context, condition)
}
