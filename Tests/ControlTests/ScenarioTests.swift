import Testing

/// Events with their order, views, loading, tied files and schedules, each compared with what rtorrent 0.9.8 did.
@Suite struct ScenarioTests {
    @Test("does what rtorrent did", .serialized, arguments: Scenario.all.filter { !$0.takesTime })
    func atOnce(_ scenario: Scenario) async throws { try await play(scenario) }

    @Test("does in time what rtorrent did", arguments: Scenario.all.filter(\.takesTime))
    func inTime(_ scenario: Scenario) async throws { try await play(scenario) }

    private func play(_ scenario: Scenario) async throws {
        let player = try await ScenarioPlayer(scenario.config)
        do {
            for step in scenario.steps { try await player.play(step) }
        } catch {
            await player.end()
            throw error
        }
        await player.end()
    }

    @Test("there are scenarios to play")
    func arePresent() {
        #expect(Scenario.all.count >= 60)
    }
}
