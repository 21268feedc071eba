import Bencode
import Crypto

/// The SHA-256 of every piece of the larger files of a v2 torrent, each run proved against its file's root (BEP 52).
package struct PieceLayers: Sendable {
    private let layers: [[UInt8]: ArraySlice<UInt8>]

    private init(layers: [[UInt8]: ArraySlice<UInt8>]) { self.layers = layers }

    /// Thirty-two bytes for each piece of a file, not copied; nil for files of at most one piece, whose root says it all.
    package func layer(of file: FileEntry) -> ArraySlice<UInt8>? {
        file.piecesRoot.flatMap { layers[$0] }
    }

    /// How many layers there are; equal files share one.
    package var count: Int { layers.count }

    /// Reads `piece layers` and checks that each file above one piece has one, of the right length, under its root.
    static func read(_ root: MetainfoSection, info: Info) throws(MetainfoError) -> PieceLayers {
        let pieceLength = Int64(info.pieceLength)
        let wanted = info.files.entries.filter { $0.length > pieceLength && $0.piecesRoot != nil }
        let node = try root.value("piece layers", .dictionary)
        if node == nil, !wanted.isEmpty { throw root.missing("piece layers", wanted: "a dictionary") }
        var found: [[UInt8]: BencodeNode] = [:]
        for (key, value) in node?.dictionary ?? [] { found[key.bytes ?? []] = value }
        let tree = MerkleTree(pieceLength: info.pieceLength)
        var layers: [[UInt8]: ArraySlice<UInt8>] = [:]
        for file in wanted {
            guard let piecesRoot = file.piecesRoot else { continue }
            let name = "piece layers"
            guard let value = found[piecesRoot], let hashes = value.slice else {
                throw root.error(
                    name, node, "found none for \"\(file.relativePath.printable)\", wanted one under its root")
            }
            let count = (file.length - 1) / pieceLength + 1
            guard Int64(hashes.count) == count * 32 else {
                throw root.error(
                    name, value,
                    "found \(hashes.count) bytes for \"\(file.relativePath.printable)\", wanted \(count) hashes of 32")
            }
            // Equal files share a layer; proving it once keeps a hostile torrent from buying work.
            if layers[piecesRoot] != nil { continue }
            guard tree.root(ofPieceLayer: hashes) == piecesRoot else {
                throw root.error(
                    name, value, "found hashes of \"\(file.relativePath.printable)\" that do not make its pieces root")
            }
            layers[piecesRoot] = hashes
        }
        return PieceLayers(layers: layers)
    }
}

/// The binary SHA-256 tree over 16 KiB blocks, missing leaves zero (BEP 52).
struct MerkleTree {
    /// What stands for a whole missing piece.
    private let padding: [UInt8]

    /// - Parameter pieceLength: a power of two, at least 16 KiB.
    init(pieceLength: Int) {
        var padding = [UInt8](repeating: 0, count: 32)
        var width = PieceLayout.blockLength
        while width < pieceLength {
            padding = Self.parent(padding[...], padding[...])
            width *= 2
        }
        self.padding = padding
    }

    /// - Parameter hashes: thirty-two bytes for each piece, at least one.
    func root(ofPieceLayer hashes: ArraySlice<UInt8>) -> [UInt8] {
        var level = Array(hashes)
        var padding = padding
        while level.count > 32 {
            if !level.count.isMultiple(of: 64) { level += padding }
            var above: [UInt8] = []
            above.reserveCapacity(level.count / 2)
            for start in stride(from: 0, to: level.count, by: 64) {
                above += Self.parent(level[start..<start + 32], level[start + 32..<start + 64])
            }
            level = above
            padding = Self.parent(padding[...], padding[...])
        }
        return level
    }

    private static func parent(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: left)
        hash.update(data: right)
        return Array(hash.finalize())
    }
}
