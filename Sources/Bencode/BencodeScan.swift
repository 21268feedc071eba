/// One pass over the input that fills a tape; keeps its own stack, so depth cannot overflow the thread's.
struct BencodeScan {
    private(set) var items: [BencodeTape.Item] = []
    private let limits: BencodeLimits
    private var open: [Container] = []
    private var position = 0

    /// A list or dictionary that has begun and not ended.
    private struct Container {
        var item: Int
        var isDictionary: Bool
        var wantsKey: Bool
        var isSorted = true
        var lastKey: Range<Int>?
    }

    init(limits: BencodeLimits) {
        self.limits = limits
    }

    /// - Returns: the offset behind the first value.
    mutating func run(_ input: UnsafeBufferPointer<UInt8>) throws(BencodeError) -> Int {
        repeat {
            guard position < input.count else { throw truncated(input, wanted: wantedHere) }
            let byte = input[position]
            if byte == UInt8(ascii: "e"), let container = open.last {
                try close(container, input)
                continue
            }
            if let container = open.last, container.wantsKey, !isDigit(byte) {
                throw BencodeError(offset: position, reason: .keyNotString(byte))
            }
            switch byte {
            case UInt8(ascii: "i"):
                try readInteger(input)
                valueEnded()
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                try readString(input)
            case UInt8(ascii: "l"), UInt8(ascii: "d"):
                try openContainer(isDictionary: byte == UInt8(ascii: "d"))
            default:
                throw BencodeError(offset: position, reason: .unexpectedByte(byte, wanted: wantedHere))
            }
        } while !open.isEmpty
        return position
    }

    private var wantedHere: String {
        guard let container = open.last else { return "a value" }
        if !container.isDictionary { return "a value or the 'e' of the list" }
        return container.wantsKey ? "a key or the 'e' of the dictionary" : "the value of a key"
    }

    private func truncated(_ input: UnsafeBufferPointer<UInt8>, wanted: String) -> BencodeError {
        BencodeError(offset: input.count, reason: .truncated(wanted: wanted))
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private mutating func append(start: Int, end: Int) throws(BencodeError) {
        guard items.count < limits.maxItems else {
            throw BencodeError(offset: start, reason: .tooManyItems(limit: limits.maxItems))
        }
        items.append(.init(start: UInt32(start), end: UInt32(end), next: UInt32(items.count + 1)))
    }

    private mutating func valueEnded() {
        guard let last = open.indices.last, open[last].isDictionary else { return }
        open[last].wantsKey = true
    }

    // MARK: Containers

    private mutating func openContainer(isDictionary: Bool) throws(BencodeError) {
        guard open.count < limits.maxDepth else {
            throw BencodeError(offset: position, reason: .tooDeep(limit: limits.maxDepth))
        }
        try append(start: position, end: position + 1)
        open.append(Container(item: items.count - 1, isDictionary: isDictionary, wantsKey: isDictionary))
        position += 1
    }

    private mutating func close(_ container: Container, _ input: UnsafeBufferPointer<UInt8>) throws(BencodeError) {
        if container.isDictionary, !container.wantsKey {
            throw BencodeError(
                offset: position, reason: .unexpectedByte(input[position], wanted: "the value of a key"))
        }
        position += 1
        items[container.item].end = UInt32(position)
        items[container.item].next = UInt32(items.count)
        if !container.isSorted { try refuseDuplicates(in: container.item, input) }
        open.removeLast()
        valueEnded()
    }

    /// Keys in ascending order cannot repeat, so only a dictionary out of order needs this sort.
    private func refuseDuplicates(in item: Int, _ input: UnsafeBufferPointer<UInt8>) throws(BencodeError) {
        var keys: [(start: Int, content: Range<Int>)] = []
        var index = item + 1
        while index < Int(items[item].next) {
            keys.append((Int(items[index].start), content(of: items[index], input)))
            index = Int(items[index + 1].next)
        }
        keys.sort { compare($0.content, $1.content, input) < 0 }
        for (one, other) in zip(keys, keys.dropFirst()) where compare(one.content, other.content, input) == 0 {
            let key = Array(input[one.content])
            throw BencodeError(offset: max(one.start, other.start), reason: .duplicateKey(key))
        }
    }

    private func content(of item: BencodeTape.Item, _ input: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        var start = Int(item.start)
        while input[start] != UInt8(ascii: ":") { start += 1 }
        return start + 1..<Int(item.end)
    }

    private func compare(_ a: Range<Int>, _ b: Range<Int>, _ input: UnsafeBufferPointer<UInt8>) -> Int {
        for (x, y) in zip(input[a], input[b]) where x != y { return x < y ? -1 : 1 }
        return a.count - b.count
    }

    private mutating func keyEnded(
        _ key: Range<Int>, start: Int, _ input: UnsafeBufferPointer<UInt8>
    ) throws(BencodeError) {
        let last = open.count - 1
        if let previous = open[last].lastKey, open[last].isSorted {
            let order = compare(previous, key, input)
            if order == 0 {
                throw BencodeError(offset: start, reason: .duplicateKey(Array(input[key])))
            }
            if order > 0 { open[last].isSorted = false }
        }
        open[last].lastKey = key
        open[last].wantsKey = false
    }

    // MARK: Scalars

    private mutating func readString(_ input: UnsafeBufferPointer<UInt8>) throws(BencodeError) {
        let start = position
        var length = 0
        while position < input.count, isDigit(input[position]) {
            let digit = Int(input[position] &- UInt8(ascii: "0"))
            if position > start, length == 0 { throw BencodeError(offset: start, reason: .nonCanonicalInteger) }
            // The input is shorter than 2^32, so a longer length is wrong whatever follows; this also keeps it from wrapping.
            if length <= Int(UInt32.max) { length = length * 10 + digit }
            position += 1
        }
        guard position < input.count else { throw truncated(input, wanted: "':' after a string's length") }
        guard input[position] == UInt8(ascii: ":") else {
            throw BencodeError(
                offset: position, reason: .unexpectedByte(input[position], wanted: "':' after a string's length"))
        }
        position += 1
        let available = input.count - position
        guard length <= available else {
            throw BencodeError(offset: start, reason: .stringTooLong(available: available))
        }
        let content = position..<position + length
        position = content.upperBound
        try append(start: start, end: position)
        if let container = open.last, container.wantsKey {
            try keyEnded(content, start: start, input)
        } else {
            valueEnded()
        }
    }

    private mutating func readInteger(_ input: UnsafeBufferPointer<UInt8>) throws(BencodeError) {
        let start = position
        position += 1
        let isNegative = position < input.count && input[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let digits = position
        var value: Int64 = 0
        var overflowed = false
        while position < input.count, isDigit(input[position]) {
            let digit = Int64(input[position] &- UInt8(ascii: "0"))
            // Counting below zero reaches -2^63, which has no positive twin.
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(digit)
            overflowed = overflowed || overflow || carry
            value = overflowed ? -1 : sum
            position += 1
        }
        guard position < input.count else { throw truncated(input, wanted: "the 'e' of a number") }
        guard position > digits, input[position] == UInt8(ascii: "e") else {
            let wanted = position > digits ? "a digit or the 'e' of a number" : "a digit"
            throw BencodeError(offset: position, reason: .unexpectedByte(input[position], wanted: wanted))
        }
        let hasLeadingZero = input[digits] == UInt8(ascii: "0")
        if hasLeadingZero, isNegative || position - digits > 1 {
            throw BencodeError(offset: start, reason: .nonCanonicalInteger)
        }
        if overflowed || (!isNegative && value == .min) {
            throw BencodeError(offset: start, reason: .integerOutOfRange)
        }
        position += 1
        try append(start: start, end: position)
    }
}
