import Metainfo
import TestKit
import Testing

@Suite("A file list")
struct FileListTests {
    private static let files: [SampleTorrent.File] = [
        .init("empty first", content: []), .init("a", content: [1, 2, 3]), .init("empty", content: []),
        .init("empty too", content: []), .init("pad", content: [0, 0], isPadding: true),
        .init("b", content: [4, 5, 6, 7]),
        .init("last empty", content: []),
    ]

    @Test("gives the files behind any run of bytes, never an empty one")
    func spans() throws {
        let sample = SampleTorrent(name: "folder", files: Self.files)
        let list = try MetainfoFile.decode(sample.metainfo).info.files

        for start in 0...sample.stream.count {
            for end in start...sample.stream.count {
                let spans = Array(list.spans(offset: Int64(start), length: end - start))
                let bytes = spans.flatMap { Self.files[$0.file].content[Int($0.offset)..<Int($0.offset) + $0.length] }
                #expect(bytes == Array(sample.stream[start..<end]))
                #expect(spans.allSatisfy { $0.length > 0 })
            }
        }
    }

    @Test("finds the file of each byte")
    func index() throws {
        let list = try MetainfoFile.decode(SampleTorrent(name: "folder", files: Self.files).metainfo).info.files

        #expect((0..<9).map { list.index(at: $0) } == [1, 1, 1, 4, 4, 5, 5, 5, 5])
    }

    @Test("of ten thousand files is searched, not walked")
    func many() throws {
        let files = (0..<10_000).map { SampleTorrent.File("\($0)", content: [UInt8($0 % 256)]) }
        let list = try MetainfoFile.decode(SampleTorrent(name: "folder", files: files).metainfo).info.files

        #expect((0..<10_000).allSatisfy { list.index(at: Int64($0)) == $0 })
        #expect(list.spans(offset: 5_000, length: 3).map(\.file) == [5_000, 5_001, 5_002])
    }
}
