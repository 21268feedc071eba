/// Writes bencoded bytes in the one canonical form: shortest numbers, keys in byte order (BEP 3).
package enum BencodeEncoder {
    /// The bytes of one value.
    package static func encode(_ value: BencodeValue) -> [UInt8] {
        var output: [UInt8] = []
        append(value, to: &output)
        return output
    }

    /// Appends `value` to bytes already there.
    package static func append(_ value: BencodeValue, to output: inout [UInt8]) {
        switch value {
        case .integer(let number):
            output.append(UInt8(ascii: "i"))
            output.append(contentsOf: String(number).utf8)
            output.append(UInt8(ascii: "e"))
        case .string(let bytes):
            append(bytes, to: &output)
        case .list(let members):
            output.append(UInt8(ascii: "l"))
            for member in members { append(member, to: &output) }
            output.append(UInt8(ascii: "e"))
        case .dictionary(let members):
            output.append(UInt8(ascii: "d"))
            for (key, member) in members.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                append(key, to: &output)
                append(member, to: &output)
            }
            output.append(UInt8(ascii: "e"))
        }
    }

    private static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        output.append(contentsOf: String(bytes.count).utf8)
        output.append(UInt8(ascii: ":"))
        output.append(contentsOf: bytes)
    }
}
