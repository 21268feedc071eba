/// Damages bytes as networks, disks and enemies do: flips, cuts, doubled and foreign runs, numbers made extreme.
package struct Mutation {
    private var generator: SeededGenerator
    /// Bytes that mean something to the parser under test; they are put in more often than chance would.
    private let alphabet: [UInt8]

    package init(seed: UInt64, alphabet: String = "ilde0123456789:-") {
        generator = SeededGenerator(seed: seed)
        self.alphabet = Array(alphabet.utf8)
    }

    /// A copy of `bytes` with one to four damages; `other` lends runs to splice in.
    package mutating func damage(_ bytes: [UInt8], splicing other: [UInt8] = []) -> [UInt8] {
        var copy = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) { step(&copy, other) }
        return copy
    }

    private mutating func step(_ bytes: inout [UInt8], _ other: [UInt8]) {
        guard !bytes.isEmpty else {
            bytes.append(anyByte())
            return
        }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let run = place..<min(bytes.count, place + Int.random(in: 1...16, using: &generator))
        switch Int.random(in: 0..<9, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[place] = anyByte()
        case 2: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
        case 3: bytes.removeSubrange(run)
        case 4: bytes.insert(contentsOf: Array(bytes[run]), at: place)
        case 5: bytes.insert(anyByte(), at: place)
        case 6: bytes.removeSubrange(place...)
        case 7: replaceNumber(&bytes, from: place)
        default: splice(&bytes, other.isEmpty ? bytes : other, at: place)
        }
    }

    private mutating func anyByte() -> UInt8 { UInt8.random(in: .min ... .max, using: &generator) }

    /// The next run of digits becomes a number at some edge.
    private mutating func replaceNumber(_ bytes: inout [UInt8], from place: Int) {
        let isDigit = { (byte: UInt8) in byte >= 0x30 && byte <= 0x39 }
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        let edges = [
            "0", "1", "-1", "00", "16383", "16385", "2147483648", "4294967295", "4294967300", "9223372036854775807",
            "9223372036854775808", "18446744073709551716", "99999999999999999999999999",
        ]
        bytes.replaceSubrange(start..<end, with: (edges.randomElement(using: &generator) ?? "0").utf8)
    }

    private mutating func splice(_ bytes: inout [UInt8], _ other: [UInt8], at place: Int) {
        let start = Int.random(in: 0..<other.count, using: &generator)
        let end = min(other.count, start + Int.random(in: 1...64, using: &generator))
        let over = min(bytes.count, place + Int.random(in: 0...32, using: &generator))
        bytes.replaceSubrange(place..<over, with: other[start..<end])
    }
}
