/// A regular expression over bytes that matches whole texts, letters in either case, in time linear in the text.
///
/// The dialect is the common part of what rTorrent's (ECMAScript) patterns offer: `. [] [^] [[:digit:]] \d \w \s \D \W \S * + ? {m,n} | ()
/// (?:) ^ $`, lazy marks are accepted and mean nothing for whole matches. Left out are references back, look-ahead and `\b`: they cannot be
/// had in linear time or make no sense here, and count as malformed.
///
/// A client may send patterns, so their cost is bounded: compiled size, repetition counts and nesting.
struct BytePattern: Sendable {
    enum Step: Sendable {
        case bytes(ByteSet)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case match
    }

    let program: [Step]

    init?(_ pattern: [UInt8]) {
        var compiler = PatternCompiler(pattern)
        guard let program = compiler.compile() else { return nil }
        self.program = program
    }

    /// Whether the whole of `text` fits.
    func matches(_ text: [UInt8]) -> Bool {
        var current = StepSet(count: program.count)
        var next = StepSet(count: program.count)
        follow(0, at: 0, of: text.count, into: &current)
        for (position, byte) in text.enumerated() {
            if current.members.isEmpty { return false }
            next.removeAll()
            for step in current.members {
                if case .bytes(let set) = program[step], set.contains(byte) {
                    follow(step + 1, at: position + 1, of: text.count, into: &next)
                }
            }
            swap(&current, &next)
        }
        return current.members.contains { if case .match = program[$0] { true } else { false } }
    }

    /// Adds all steps that are reached from `step` without reading a byte.
    private func follow(_ step: Int, at position: Int, of length: Int, into set: inout StepSet) {
        var pending = [step]
        while let step = pending.popLast() {
            guard set.insert(step) else { continue }
            switch program[step] {
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .jump(let target): pending.append(target)
            case .start: if position == 0 { pending.append(step + 1) }
            case .end: if position == length { pending.append(step + 1) }
            case .bytes, .match: break
            }
        }
    }

    private struct StepSet {
        private(set) var members: [Int] = []
        private var isMember: [Bool]

        init(count: Int) { isMember = [Bool](repeating: false, count: count) }

        mutating func insert(_ step: Int) -> Bool {
            if isMember[step] { return false }
            isMember[step] = true
            members.append(step)
            return true
        }

        mutating func removeAll() {
            for step in members { isMember[step] = false }
            members.removeAll(keepingCapacity: true)
        }
    }
}

/// A set of byte values.
struct ByteSet: Sendable, Hashable {
    private var low: UInt64 = 0
    private var midLow: UInt64 = 0
    private var midHigh: UInt64 = 0
    private var high: UInt64 = 0

    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: low
            case 1: midLow
            case 2: midHigh
            default: high
            }
        return word & (1 << UInt64(byte & 63)) != 0
    }

    mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: low |= bit
        case 1: midLow |= bit
        case 2: midHigh |= bit
        default: high |= bit
        }
    }

    mutating func insert(_ range: ClosedRange<UInt8>) { for byte in range { insert(byte) } }

    mutating func formUnion(_ other: ByteSet) {
        low |= other.low
        midLow |= other.midLow
        midHigh |= other.midHigh
        high |= other.high
    }

    var inverted: ByteSet {
        var set = self
        (set.low, set.midLow, set.midHigh, set.high) = (~low, ~midLow, ~midHigh, ~high)
        return set
    }

    /// With each letter in the other case too.
    var ignoringCase: ByteSet {
        var set = self
        for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
            if contains(letter) || contains(letter - 32) {
                set.insert(letter)
                set.insert(letter - 32)
            }
        }
        return set
    }
}
