/// Bounds on what a decoder takes from a stranger; each is checked before anything is allocated for it.
package struct BencodeLimits: Sendable {
    /// Lists and dictionaries inside one another.
    package var maxDepth: Int
    /// Values in all, keys included; twelve bytes of index are kept for each.
    package var maxItems: Int
    /// Size of the input. Never above 2^32-1, since the index counts in 32 bits.
    package var maxBytes: Int

    /// Defaults that every real torrent fits in.
    package init(maxDepth: Int = 64, maxItems: Int = 2_000_000, maxBytes: Int = 256 << 20) {
        self.maxDepth = maxDepth
        self.maxItems = maxItems
        self.maxBytes = min(maxBytes, Int(UInt32.max))
    }
}
