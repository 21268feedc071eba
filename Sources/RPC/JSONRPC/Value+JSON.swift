package import Commands

extension Value {
    /// A JSON text as a value for a command: true and false are 1 and 0, objects are maps.
    ///
    /// - Throws: -503 with what is wrong where; -501 for fractions and null, which no command takes.
    package static func json(_ text: [UInt8]) throws(CommandFault) -> Value {
        let parameter: RPCParameter
        do {
            parameter = try text.withUnsafeBufferPointer { bytes throws(JSONFault) in try JSONParser.parse(bytes) }
        } catch {
            throw .input("no JSON: byte \(error.offset): \(error.reason)")
        }
        return try parameter.jsonValue()
    }
}
