import Commands
import Control
import Foundation
import RPC
import TestKit
import Testing

/// Every getter in four states of two torrents, beside what rtorrent 0.9.8 answered there (Fixtures/golden).
@Suite("Golden states", .serialized)
struct GoldenStateTests {
    @Test("answers as rTorrent while torrents are stopped, opened, seeding and stopped again")
    func states() async throws {
        let scenario = try await GoldenScenario.start()

        try await scenario.load()
        try await compare(scenario, "stopped")
        try await scenario.forBoth("d.open")
        try await compare(scenario, "open-not-hashed")
        try await scenario.forBoth("d.start")
        try await scenario.waitUntil("d.is_active", is: 1)
        try await announced(scenario, times: 1)
        try await compare(scenario, "seeding")
        try await scenario.forBoth("d.stop")
        try await announced(scenario, times: 2)
        try await compare(scenario, "stopped-open-complete")

        await scenario.end()
    }

    /// The tracker that answers was told as often.
    private func announced(_ scenario: GoldenScenario, times: Int64) async throws {
        for hash in [GoldenScenario.single, GoldenScenario.multi] {
            try await eventually("\(times) announces were answered", context: { scenario.log.joined(separator: "\n") })
            {
                try await scenario.call("t.success_counter", .text(hash + ":t0")) == .integer(times)
            }
        }
    }

    private func compare(_ scenario: GoldenScenario, _ state: String) async throws {
        for answer in try GoldenAnswers(state).answers {
            var parameters: [Value] = []
            switch answer.subject {
            case "single": parameters.append(.text(GoldenScenario.single + answer.part))
            case "multi": parameters.append(.text(GoldenScenario.multi + answer.part))
            default: parameters.append("")
            }
            if let argument = answer.argument { parameters.append(argument) }
            guard let reason = GoldenExceptions.reason(answer, state) else {
                let body = try await scenario.exchange(answer.name, parameters)
                compare(body, answer, scenario, state)
                continue
            }
            // Even where the value differs, the type does not.
            guard !reason.isOther else { continue }
            let body = try await scenario.exchange(answer.name, parameters)
            #expect(type(of: body) == answer.type, "\(state): \(answer.place)")
        }
    }

    private func compare(_ body: String, _ answer: GoldenAnswers.Answer, _ scenario: GoldenScenario, _ state: String) {
        let place: Comment = "\(state): \(answer.place)"
        #expect(type(of: body) == answer.type, place)
        do throws(CommandFault) {
            let value = try XMLRPCDecoder.decodeResponse(Array(body.utf8))
            #expect(sorted(value) == answer.value.map { sorted(localized($0, scenario)) }, place)
        } catch {
            #expect(error.code == answer.fault?.code && error.message == answer.fault?.message, place)
        }
    }

    /// The tag of the result; `fault` for a fault.
    private func type(of body: String) -> String {
        guard let start = body.range(of: "<param><value><")?.upperBound else { return "fault" }
        return String(body[start...].prefix { $0 != ">" })
    }

    /// With the members of structures in order, which the recording's were put in.
    private func sorted(_ value: RPCParameter) -> RPCParameter {
        guard case .structure(let members) = value else { return value }
        return .structure(members.sorted { $0.name.lexicographicallyPrecedes($1.name) })
    }

    /// The recording's paths and addresses as they are here.
    private func localized(_ value: RPCParameter, _ scenario: GoldenScenario) -> RPCParameter {
        switch value {
        case .string(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
                .replacing("/home/user/run", with: scenario.folder.path)
                .replacing("http://127.0.0.1:36969/announce", with: scenario.tracker.url)
            return .string(Array(text.utf8))
        case .array(let elements): return .array(elements.map { localized($0, scenario) })
        default: return value
        }
    }
}
