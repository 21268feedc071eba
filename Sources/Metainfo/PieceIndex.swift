/// The number of a piece that exists in some layout; only a `PieceLayout` makes one.
package struct PieceIndex: Hashable, Comparable, Sendable {
    /// As messages carry it.
    package let rawValue: UInt32

    @inlinable
    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// As an index into arrays.
    @inlinable
    package var int: Int { Int(rawValue) }

    @inlinable
    package static func < (a: PieceIndex, b: PieceIndex) -> Bool { a.rawValue < b.rawValue }
}
