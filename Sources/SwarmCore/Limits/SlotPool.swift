import NIOCore
import Synchronization

/// Slots that all swarms of an engine share: how many peers may be uploaded to, or downloaded from, at a time.
///
/// Each swarm says how many it could use. Its minimum is always granted; what is left is divided by weight, and what one
/// swarm cannot use the others get. Where there are fewer slots than swarms, the turn passes on every half minute.
package final class SlotPool: Sendable {
    private struct Member {
        var demand: Int
        var minimum: Int
        var weight: Int
        var held: Int
        var share = 0
    }

    private struct State {
        var members: [UInt64: Member] = [:]
        var taken = 0
        var lastNumber: UInt64 = 0
        var turn: Int64 = -1
        var isStale = false
        var dividedAt: NIODeadline?
    }

    private static let turnSeconds: Int64 = 30
    /// With thousands of swarms, dividing anew at each change would cost too much.
    private static let shortestRest = TimeAmount.milliseconds(100)

    private let highest: Atomic<Int>
    private let state = Mutex(State())

    /// - Parameter limit: 0 is no limit.
    package init(limit: Int = 0) {
        highest = Atomic(max(0, limit))
    }

    /// Slots in all; 0 is no limit. May be set from any thread; swarms that hold too many give them back within seconds.
    package var limit: Int {
        get { highest.load(ordering: .relaxed) }
        set {
            highest.store(max(0, newValue), ordering: .relaxed)
            state.withLock { $0.isStale = true }
        }
    }

    /// Slots that are granted.
    package var taken: Int { state.withLock { $0.taken } }

    func join() -> UInt64 {
        state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
    }

    func leave(_ number: UInt64) {
        state.withLock { state in
            guard let member = state.members.removeValue(forKey: number) else { return }
            state.taken -= member.held
            state.isStale = true
        }
    }

    /// How many slots a swarm may hold now; as many as it can use of them count as taken from here on.
    func allot(
        _ number: UInt64, demand: Int, minimum: Int, weight: Int, held: Int, now: NIODeadline
    ) -> Int {
        if demand == 0 && held == 0 {
            leave(number)
            return limit == 0 ? .max : minimum
        }
        let limit = limit
        return state.withLock { state in
            var member = state.members[number] ?? Member(demand: 0, minimum: 0, weight: 0, held: 0)
            if member.demand != demand || member.minimum != minimum || member.weight != weight { state.isStale = true }
            (member.demand, member.minimum, member.weight) = (demand, minimum, weight)
            state.members[number] = member
            if limit > 0 { Self.divide(limit, &state, now: now) }
            let others = state.taken - member.held
            var allowed = Int.max
            if limit > 0 {
                let share = state.members[number]?.share ?? 0
                allowed = max(min(minimum, demand), min(share, max(held, 0) + max(0, limit - others - held)))
            }
            let claimed = max(min(allowed, demand), 0)
            state.members[number]?.held = claimed
            state.taken = others + claimed
            return allowed
        }
    }

    private static func divide(_ limit: Int, _ state: inout State, now: NIODeadline) {
        let turn = Int64(now.uptimeNanoseconds / 1_000_000_000) / turnSeconds
        guard state.isStale || turn != state.turn else { return }
        if state.members.count > 64, let last = state.dividedAt, now - last < shortestRest { return }
        (state.isStale, state.turn, state.dividedAt) = (false, turn, now)
        var left = limit
        var weights = 0
        for (number, member) in state.members {
            let base = min(member.minimum, member.demand)
            state.members[number]?.share = base
            left -= base
            weights += member.weight
        }
        for number in order(state.members, turn: turn) where left > 0 && weights > 0 {
            guard let member = state.members[number] else { continue }
            let more = min(member.demand - member.share, left * member.weight / weights)
            state.members[number]?.share += max(0, more)
            left -= max(0, more)
            weights -= member.weight
        }
    }

    /// Those that can use least for their weight come first, so that what they leave is there for the others; among equals
    /// it goes by lot, drawn anew each turn.
    private static func order(_ members: [UInt64: Member], turn: Int64) -> [UInt64] {
        let ranked = members.compactMap { number, member -> (need: Double, lot: UInt64, number: UInt64)? in
            guard member.weight > 0 else { return nil }
            var lot = SmallRandom(seed: number &+ UInt64(bitPattern: turn) &* 0x1_0001)
            return (Double(member.demand - member.share) / Double(member.weight), lot.next(), number)
        }
        return ranked.sorted { ($0.need, $0.lot) < ($1.need, $1.lot) }.map(\.number)
    }
}

/// One swarm's part of a pool. Confined to the swarm's loop.
final class SlotClaim {
    private let pool: SlotPool
    private var number: UInt64 = 0

    init(pool: SlotPool) { self.pool = pool }

    deinit { giveBack() }

    /// How many slots the swarm may hold now.
    ///
    /// - Parameters:
    ///   - demand: how many it could use.
    ///   - minimum: granted whatever the pool has left.
    ///   - priority: 0…3; weights grow with its square, as in rTorrent.
    ///   - held: how many it uses.
    func allot(demand: Int, minimum: Int, priority: Int, held: Int, now: NIODeadline) -> Int {
        if number == 0 {
            if demand == 0 && held == 0 { return pool.limit == 0 ? .max : minimum }
            number = pool.join()
        }
        return pool.allot(
            number, demand: demand, minimum: minimum, weight: priority * priority, held: held, now: now)
    }

    /// The swarm uses none.
    func giveBack() {
        if number != 0 { pool.leave(number) }
        number = 0
    }
}
