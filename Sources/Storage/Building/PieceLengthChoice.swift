/// How long the pieces of a torrent are: chosen by size, or read from what the user wrote.
package enum PieceLengthChoice {
    /// 16 KiB, one block, to 256 MiB.
    package static let allowedPowers = 14...28

    /// The length for a torrent of some size.
    ///
    /// Aims at 1,000 to 2,000 pieces: few enough for a small .torrent and quick `have` traffic, enough that a peer can soon
    /// pass on what it has. Never below 32 KiB, where hashes outgrow their use; never above 16 MiB, the most that common
    /// clients take, however large the torrent is.
    package static func automatic(totalLength: Int64) -> Int {
        var length: Int64 = 1 << 15
        while length < 1 << 24, totalLength / length >= 2048 { length <<= 1 }
        return Int(length)
    }

    /// Reads a piece length as the user writes it.
    ///
    /// A bare number up to 28 is a power of two, as in mktorrent (`18` is 256 KiB). Any other number is bytes, with a unit if
    /// wanted: `1MiB`, `512K`, `262144`; units count in 1,024s however they are written.
    package static func parse(_ text: String) throws(BuildError) -> Int {
        let digits = text.prefix(while: { $0.isASCII && $0.isNumber })
        let unit = text.dropFirst(digits.count).drop(while: { $0 == " " }).lowercased()
        guard let number = Int(digits), let shift = shifts[unit] else { throw .pieceLength(text) }
        if unit.isEmpty, number <= allowedPowers.upperBound {
            guard allowedPowers.contains(number) else { throw .pieceLength(text) }
            return 1 << number
        }
        let (length, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        guard !overflow, length > 0, length & (length - 1) == 0,
            allowedPowers.contains(length.trailingZeroBitCount)
        else {
            throw .pieceLength(text)
        }
        return length
    }

    private static let shifts = [
        "": 0, "b": 0, "k": 10, "kb": 10, "kib": 10, "m": 20, "mb": 20, "mib": 20,
    ]
}
