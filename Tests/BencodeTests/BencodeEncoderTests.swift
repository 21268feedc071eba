import Bencode
import Testing

@Suite("Bencode encoder")
struct BencodeEncoderTests {
    @Test("orders keys by their bytes, not by letters or length")
    func keyOrder() {
        let value: BencodeValue = ["b": 1, "aa": 2, "a": 3, "Z": 4, "é": 5]

        #expect(BencodeEncoder.encode(value) == Array("d1:Zi4e1:ai3e2:aai2e1:bi1e2:éi5ee".utf8))
    }

    @Test("writes bytes that are no text as they are")
    func rawBytes() {
        #expect(BencodeEncoder.encode(.string([0, 255, 10])) == Array("3:".utf8) + [0, 255, 10])
    }

    @Test("sets and removes members of a dictionary value")
    func members() {
        var value: BencodeValue = ["a": 1]

        value["b"] = 2
        value["a"] = nil

        #expect(BencodeEncoder.encode(value) == Array("d1:bi2ee".utf8))
        #expect(value["b"] == 2)
    }
}
