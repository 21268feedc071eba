/// A condition did not come true in time.
package struct DeadlinePassed: Error, CustomStringConvertible {
    package let claim: String
    package let limit: Duration
    /// What helps to find out why; often the output of a program.
    package let context: String

    package var description: String {
        "not within \(limit): \(claim)" + (context.isEmpty ? "" : "\n\(context)")
    }
}

/// Waits until `condition` holds, and looks again every 20 ms: for what lies outside this process and cannot call back.
///
/// - Parameters:
///   - claim: what is waited for, as a claim: "the leecher is complete".
///   - context: asked only on failure.
/// - Throws: `DeadlinePassed`, and what `condition` throws.
package func eventually(
    _ claim: String,
    within limit: Duration = .seconds(30),
    context: () -> String = { "" },
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw DeadlinePassed(claim: claim, limit: limit, context: context())
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}
