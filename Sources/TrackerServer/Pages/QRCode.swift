/// A QR code of a short text: byte mode, error correction level L (ISO/IEC 18004).
///
/// `modules[row][column]` is true where the square is dark; four light squares around it are the reader's due.
struct QRCode: Sendable {
    let size: Int
    private(set) var modules: [[Bool]]
    private var isFunction: [[Bool]]

    /// For level L, versions 1 to 40: check bytes for each block, and blocks.
    private static let checkBytes = [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ]
    private static let blocks = [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19,
        19, 20, 21, 22, 24, 25,
    ]

    /// - Returns: nil when the text is too long for any version.
    init?(_ text: [UInt8]) {
        guard
            let version = (1...40).first(where: { version in
                4 + (version < 10 ? 8 : 16) + text.count * 8 <= Self.dataBytes(version) * 8
            })
        else { return nil }
        size = version * 4 + 17
        modules = Array(repeating: Array(repeating: false, count: size), count: size)
        isFunction = modules
        drawFunctionPatterns(version)
        drawCodewords(Self.withCheckBytes(Self.dataCodewords(text, version), version))
        applyBestMask()
    }

    // MARK: Bytes

    private static func rawModules(_ version: Int) -> Int {
        var count = (16 * version + 128) * version + 64
        if version >= 2 {
            let positions = version / 7 + 2
            count -= (25 * positions - 10) * positions - 55
            if version >= 7 { count -= 36 }
        }
        return count
    }

    private static func dataBytes(_ version: Int) -> Int {
        rawModules(version) / 8 - checkBytes[version - 1] * blocks[version - 1]
    }

    private static func dataCodewords(_ text: [UInt8], _ version: Int) -> [UInt8] {
        var bits: [Bool] = []
        func append(_ value: Int, _ count: Int) {
            for shift in stride(from: count - 1, through: 0, by: -1) { bits.append(value >> shift & 1 == 1) }
        }
        append(4, 4)
        append(text.count, version < 10 ? 8 : 16)
        for byte in text { append(Int(byte), 8) }
        let capacity = dataBytes(version) * 8
        append(0, min(4, capacity - bits.count))
        append(0, (8 - bits.count % 8) % 8)
        var bytes = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        var pad: UInt8 = 0xEC
        while bytes.count < capacity / 8 {
            bytes.append(pad)
            pad ^= 0xEC ^ 0x11
        }
        return bytes
    }

    private static func withCheckBytes(_ data: [UInt8], _ version: Int) -> [UInt8] {
        let blockCount = blocks[version - 1]
        let checkCount = checkBytes[version - 1]
        let raw = rawModules(version) / 8
        let shortBlocks = blockCount - raw % blockCount
        let shortLength = raw / blockCount - checkCount
        let divisor = divisor(checkCount)
        var parts: [(data: ArraySlice<UInt8>, check: [UInt8])] = []
        var start = 0
        for block in 0..<blockCount {
            let length = shortLength + (block < shortBlocks ? 0 : 1)
            let part = data[start..<start + length]
            start += length
            parts.append((part, remainder(part, divisor)))
        }
        var result: [UInt8] = []
        for index in 0...shortLength {
            for part in parts where index < part.data.count { result.append(part.data[part.data.startIndex + index]) }
        }
        for index in 0..<checkCount { for part in parts { result.append(part.check[index]) } }
        return result
    }

    private static func multiply(_ first: UInt8, _ second: UInt8) -> UInt8 {
        var product = 0
        for shift in stride(from: 7, through: 0, by: -1) {
            product = product << 1 ^ (product >> 7 & 1) * 0x11D
            product ^= Int(second >> UInt8(shift) & 1) * Int(first)
        }
        return UInt8(truncatingIfNeeded: product)
    }

    private static func divisor(_ degree: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: degree)
        result[degree - 1] = 1
        var root: UInt8 = 1
        for _ in 0..<degree {
            for index in 0..<degree {
                result[index] = multiply(result[index], root) ^ (index + 1 < degree ? result[index + 1] : 0)
            }
            root = multiply(root, 2)
        }
        return result
    }

    private static func remainder(_ data: ArraySlice<UInt8>, _ divisor: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: divisor.count)
        for byte in data {
            let factor = byte ^ result.removeFirst()
            result.append(0)
            for index in divisor.indices { result[index] ^= multiply(divisor[index], factor) }
        }
        return result
    }

    // MARK: Squares

    private mutating func setFunction(_ row: Int, _ column: Int, _ isDark: Bool) {
        modules[row][column] = isDark
        isFunction[row][column] = true
    }

    private mutating func drawFunctionPatterns(_ version: Int) {
        for index in 0..<size {
            setFunction(6, index, index % 2 == 0)
            setFunction(index, 6, index % 2 == 0)
        }
        for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] { drawFinder(row, column) }
        let positions = alignmentPositions(version)
        let last = positions.count - 1
        for (first, row) in positions.enumerated() {
            for (second, column) in positions.enumerated() {
                if (first, second) == (0, 0) || (first, second) == (0, last) || (first, second) == (last, 0) {
                    continue
                }
                drawAlignment(row, column)
            }
        }
        drawFormat(0)
        drawVersion(version)
    }

    private mutating func drawFinder(_ row: Int, _ column: Int) {
        for down in -4...4 {
            for right in -4...4 {
                let distance = max(abs(down), abs(right))
                let (y, x) = (row + down, column + right)
                guard (0..<size).contains(y), (0..<size).contains(x) else { continue }
                setFunction(y, x, distance != 2 && distance != 4)
            }
        }
    }

    private mutating func drawAlignment(_ row: Int, _ column: Int) {
        for down in -2...2 {
            for right in -2...2 { setFunction(row + down, column + right, max(abs(down), abs(right)) != 1) }
        }
    }

    private func alignmentPositions(_ version: Int) -> [Int] {
        guard version > 1 else { return [] }
        let count = version / 7 + 2
        let step = (version * 8 + count * 3 + 5) / (count * 4 - 4) * 2
        var positions = [6]
        for index in stride(from: count - 2, through: 0, by: -1) { positions.append(size - 7 - index * step) }
        return positions
    }

    private mutating func drawFormat(_ mask: Int) {
        // Level L is 01.
        let data = 1 << 3 | mask
        var rest = data
        for _ in 0..<10 { rest = rest << 1 ^ (rest >> 9) * 0x537 }
        let bits = (data << 10 | rest) ^ 0x5412
        func bit(_ index: Int) -> Bool { bits >> index & 1 == 1 }
        for index in 0...5 { setFunction(index, 8, bit(index)) }
        setFunction(7, 8, bit(6))
        setFunction(8, 8, bit(7))
        setFunction(8, 7, bit(8))
        for index in 9..<15 { setFunction(8, 14 - index, bit(index)) }
        for index in 0..<8 { setFunction(8, size - 1 - index, bit(index)) }
        for index in 8..<15 { setFunction(size - 15 + index, 8, bit(index)) }
        setFunction(size - 8, 8, true)
    }

    private mutating func drawVersion(_ version: Int) {
        guard version >= 7 else { return }
        var rest = version
        for _ in 0..<12 { rest = rest << 1 ^ (rest >> 11) * 0x1F25 }
        let bits = version << 12 | rest
        for index in 0..<18 {
            let isDark = bits >> index & 1 == 1
            let (far, near) = (size - 11 + index % 3, index / 3)
            setFunction(near, far, isDark)
            setFunction(far, near, isDark)
        }
    }

    private mutating func drawCodewords(_ bytes: [UInt8]) {
        var index = 0
        var right = size - 1
        while right >= 1 {
            if right == 6 { right = 5 }
            for vertical in 0..<size {
                for column in [right, right - 1] {
                    let isUpward = (right + 1) & 2 == 0
                    let row = isUpward ? size - 1 - vertical : vertical
                    guard !isFunction[row][column], index < bytes.count * 8 else { continue }
                    modules[row][column] = bytes[index >> 3] >> UInt8(7 - index & 7) & 1 == 1
                    index += 1
                }
            }
            right -= 2
        }
    }

    private mutating func applyBestMask() {
        var best: (penalty: Int, mask: Int)?
        for mask in 0..<8 {
            apply(mask)
            drawFormat(mask)
            let penalty = penalty()
            if best.map({ penalty < $0.penalty }) ?? true { best = (penalty, mask) }
            apply(mask)
        }
        apply(best?.mask ?? 0)
        drawFormat(best?.mask ?? 0)
    }

    /// Twice is as if never.
    private mutating func apply(_ mask: Int) {
        for row in 0..<size {
            for column in 0..<size where !isFunction[row][column] {
                let inverts =
                    switch mask {
                    case 0: (row + column) % 2 == 0
                    case 1: row % 2 == 0
                    case 2: column % 3 == 0
                    case 3: (row + column) % 3 == 0
                    case 4: (row / 2 + column / 3) % 2 == 0
                    case 5: row * column % 2 + row * column % 3 == 0
                    case 6: (row * column % 2 + row * column % 3) % 2 == 0
                    default: ((row + column) % 2 + row * column % 3) % 2 == 0
                    }
                if inverts { modules[row][column].toggle() }
            }
        }
    }

    /// How hard it is to read: runs, blocks of one colour, an uneven share of dark.
    private func penalty() -> Int {
        var result = 0
        for line in modules + columns {
            var run = 1
            for index in 1..<size {
                run = line[index] == line[index - 1] ? run + 1 : 1
                if run == 5 { result += 3 } else if run > 5 { result += 1 }
            }
        }
        for row in 1..<size {
            for column in 1..<size {
                let colour = modules[row][column]
                if colour == modules[row - 1][column], colour == modules[row][column - 1],
                    colour == modules[row - 1][column - 1]
                {
                    result += 3
                }
            }
        }
        let dark = modules.joined().count { $0 }
        return result + abs(dark * 20 - size * size * 10) / (size * size) * 10
    }

    private var columns: [[Bool]] { (0..<size).map { column in modules.map { $0[column] } } }

    /// One path for all dark squares, in a picture that grows with the page.
    var svg: String {
        var path = ""
        for row in 0..<size {
            for column in 0..<size where modules[row][column] { path += "M\(column + 4) \(row + 4)h1v1h-1z" }
        }
        let side = size + 8
        return
            "<svg class=\"qr\" viewBox=\"0 0 \(side) \(side)\" role=\"img\" aria-label=\"QR code of the magnet link\" "
            + "shape-rendering=\"crispEdges\"><rect width=\"\(side)\" height=\"\(side)\" fill=\"#fff\"/>"
            + "<path d=\"\(path)\" fill=\"#000\"/></svg>"
    }
}
