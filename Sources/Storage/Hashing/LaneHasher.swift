/// Hashes several pieces side by side, each of which comes in steps.
///
/// One thread owns one. Its duties: a lane's digest depends only on what that lane was fed, and lanes may be at different
/// places of pieces of different lengths.
protocol LaneHasher: ~Copyable, SendableMetatype {
    associatedtype Digest: Sendable

    /// How many pieces it takes at once.
    static var laneCount: Int { get }

    init()
    /// Starts a piece in a lane; whatever was in the lane before is forgotten.
    mutating func begin(_ lane: Int)
    /// Feeds bytes that are not the last ones of their pieces; whole blocks of 16 KiB, no lane twice.
    mutating func add(_ steps: [LaneStep])
    /// Feeds the last bytes of pieces, any number, no lane twice.
    ///
    /// - Returns: a digest for each step, in their order.
    mutating func end(_ steps: [LaneStep]) -> [Digest]
}

/// The next bytes of the piece in a lane.
struct LaneStep {
    let lane: Int
    let bytes: UnsafeRawBufferPointer
}
