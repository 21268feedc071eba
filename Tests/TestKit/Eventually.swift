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
    // On a busy machine this task may hardly run: then time alone says nothing, so it also looks a fair number of times.
    var looksLeft = Int(limit / .milliseconds(80))
    while try await !condition() {
        let now = ContinuousClock.now
        guard now < deadline || (looksLeft > 0 && now < deadline + limit * 3) else {
            throw DeadlinePassed(claim: claim, limit: limit, context: context())
        }
        looksLeft -= 1
        try await Task.sleep(for: .milliseconds(20))
    }
}
