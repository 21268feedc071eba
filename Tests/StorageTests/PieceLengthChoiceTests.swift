import Testing

@testable import Storage

struct PieceLengthChoiceTests {
    @Test(
        "reads powers, bytes and units",
        arguments: [
            ("14", 16384), ("18", 262144), ("28", 268435456), ("16384", 16384), ("1MiB", 1048576),
            ("1 MiB", 1048576),
            ("1m", 1048576), ("512K", 524288), ("256kib", 262144), ("256MiB", 268435456), ("65536b", 65536),
        ])
    func reads(text: String, length: Int) throws {
        #expect(try PieceLengthChoice.parse(text) == length)
    }

    @Test(
        "refuses what is no power of two in range",
        arguments: [
            "", "13", "0", "-1", "29", "100", "3MiB", "512MiB", "1GiB", "8K", "x", "1MiBx", "99999999999999999999",
            "1.5M",
            "9223372036854775807M", "٣",
        ])
    func refuses(text: String) {
        #expect(throws: BuildError.pieceLength(text)) { try PieceLengthChoice.parse(text) }
    }

    @Test("chooses powers of two that grow with the size, less than 2,048 pieces up to 32 GiB")
    func automatic() {
        var last = 0
        for power in 0...50 {
            let base = Int64(1) << power
            for size in [base, base + 1, base + base / 2] {
                let length = PieceLengthChoice.automatic(totalLength: size)
                #expect(length.nonzeroBitCount == 1 && length >= 1 << 15 && length <= 1 << 24)
                #expect(length >= last)
                if size < 32 << 30 { #expect(size / Int64(length) < 2048) }
                last = length
            }
        }
    }
}
