import Bencode
import TestKit
import Testing

@Suite("Bencode decoder")
struct BencodeDecoderTests {
    @Test("keeps the place of each value")
    func ranges() throws {
        let node = try BencodeDecoder().decode(Array("d1:ai-42e1:bl2:xyee".utf8))

        #expect(node["a"]?.integer == -42)
        #expect(node["a"]?.range == 4..<8 + 1)
        #expect(node["b"]?.list?.first?.text == "xy")
    }
}
