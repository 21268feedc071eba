import CSHA
import Crypto
import Metainfo

/// SHA-1 of up to four pieces side by side (`CSHA`), or one after the other by swift-crypto where there is no SHA unit.
struct SHA1Lanes: LaneHasher, ~Copyable {
    static var laneCount: Int { Int(csha1_max_lanes) }

    private let states: UnsafeMutablePointer<csha1_state>
    private var totals: [UInt64]
    /// Takes the place of `states` where the processor has no SHA unit.
    private var portable: [Insecure.SHA1]

    init() {
        self.init(accelerated: csha_is_available())
    }

    /// - Parameter accelerated: false does without the SHA unit, for tests.
    init(accelerated: Bool) {
        states = .allocate(capacity: Self.laneCount)
        states.initialize(repeating: csha1_state(), count: Self.laneCount)
        totals = Array(repeating: 0, count: Self.laneCount)
        portable = accelerated ? [] : Array(repeating: Insecure.SHA1(), count: Self.laneCount)
    }

    deinit {
        states.deallocate()
    }

    mutating func begin(_ lane: Int) {
        totals[lane] = 0
        if portable.isEmpty {
            _ = csha1_begin(states + lane)
        } else {
            portable[lane] = Insecure.SHA1()
        }
    }

    mutating func add(_ steps: [LaneStep]) {
        for step in steps {
            precondition(step.bytes.count.isMultiple(of: 64), "a step that is no multiple of a block")
            totals[step.lane] += UInt64(step.bytes.count)
            if !portable.isEmpty { portable[step.lane].update(bufferPointer: step.bytes) }
        }
        guard portable.isEmpty, !steps.isEmpty else { return }
        let lanes = steps.map { lane($0, digest: nil) }
        _ = csha1_add(lanes, lanes.count)
    }

    mutating func end(_ steps: [LaneStep]) -> [SHA1Digest] {
        guard portable.isEmpty else {
            return steps.map { step in
                portable[step.lane].update(bufferPointer: step.bytes)
                let digest = portable[step.lane].finalize()
                return SHA1Digest { target in digest.withUnsafeBytes { target.copyMemory(from: $0) } }
            }
        }
        guard !steps.isEmpty else { return [] }
        return withUnsafeTemporaryAllocation(byteCount: 20 * steps.count, alignment: 8) { digests in
            let lanes = steps.enumerated().map { index, step in
                lane(step, digest: digests.baseAddress.map { $0 + 20 * index })
            }
            _ = csha1_end(lanes, lanes.count)
            return steps.indices.map { index in
                SHA1Digest {
                    $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: digests[20 * index..<20 * index + 20]))
                }
            }
        }
    }

    private func lane(_ step: LaneStep, digest: UnsafeMutableRawPointer?) -> csha1_lane {
        csha1_lane(
            state: states + step.lane, bytes: step.bytes.baseAddress, length: step.bytes.count,
            total: totals[step.lane] + UInt64(step.bytes.count), digest: digest)
    }
}
