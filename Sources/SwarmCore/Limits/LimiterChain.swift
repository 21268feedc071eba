import NIOCore

/// A place in the line of one of a chain's limiters; those before it have been passed.
struct RateTicket {
    var bytes = 0
    var stage = 0
    var place = 0.0

    var isHeld: Bool { bytes > 0 }
}

/// The limiters that hold back one direction of a swarm, one after the other.
struct LimiterChain {
    let limiters: [RateLimiter]

    /// Some limiter has a limit.
    var isLimited: Bool { limiters.contains { $0.limit != 0 } }

    /// Takes up to `wanted` bytes from every limiter, or keeps a place in line for what comes next.
    ///
    /// - Parameters:
    ///   - unit: of which `wanted` is a multiple.
    ///   - ticket: the asking peer's; held after a return of 0.
    func take(_ wanted: Int, unit: Int, ticket: inout RateTicket, now: NIODeadline) -> Int {
        guard wanted > 0, !limiters.isEmpty else { return wanted }
        var (amount, stage) = (wanted, 0)
        if ticket.isHeld, ticket.bytes < unit || ticket.stage >= limiters.count { cancel(&ticket) }
        if ticket.isHeld {
            let wait = limiters[ticket.stage].wait(for: ticket.place, unit: unit, now: now)
            guard wait <= .zero else { return 0 }
            (amount, stage) = (ticket.bytes, ticket.stage + 1)
            ticket = RateTicket()
        }
        while stage < limiters.count {
            let limiter = limiters[stage]
            let granted = limiter.take(amount, unit: unit, now: now)
            if granted == 0 {
                let share = limiter.quantum(of: amount, unit: unit)
                putBack(amount - share, upTo: stage)
                ticket = RateTicket(bytes: share, stage: stage, place: limiter.reserve(share))
                return 0
            }
            putBack(amount - granted, upTo: stage)
            amount = granted
            stage += 1
        }
        if amount > wanted { putBack(amount - wanted) }
        return min(amount, wanted)
    }

    /// How long until it is worth asking again with this ticket.
    func wait(_ ticket: RateTicket, unit: Int, now: NIODeadline) -> TimeAmount {
        guard ticket.isHeld, ticket.stage < limiters.count else { return .zero }
        return limiters[ticket.stage].wait(for: ticket.place, unit: unit, now: now)
    }

    /// Gives back what was taken and not used.
    func putBack(_ bytes: Int) { putBack(bytes, upTo: limiters.count) }

    /// Gives up a place in line.
    func cancel(_ ticket: inout RateTicket) {
        guard ticket.isHeld else { return }
        putBack(ticket.bytes, upTo: min(ticket.stage + 1, limiters.count))
        ticket = RateTicket()
    }

    private func putBack(_ bytes: Int, upTo end: Int) {
        guard bytes > 0 else { return }
        for limiter in limiters[..<end] { limiter.putBack(bytes) }
    }
}
