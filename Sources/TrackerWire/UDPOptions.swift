/// The options behind an announce datagram: type, length, data. BEP 41.
enum UDPOptions {
    private static let endOfOptions: UInt8 = 0
    private static let noOperation: UInt8 = 1
    private static let urlData: UInt8 = 2
    /// Longer URLs than this are cut: datagrams stay far below the usual 1,500 bytes.
    static let maximumURLBytes = 1000

    /// Adds a URL's path and query in runs of at most 255 bytes.
    static func append(urlData path: String, to packet: inout [UInt8]) {
        guard !path.isEmpty, path != "/" else { return }
        var rest = Array(path.utf8.prefix(maximumURLBytes))[...]
        while !rest.isEmpty {
            let run = rest.prefix(255)
            packet.append(urlData)
            packet.append(UInt8(run.count))
            packet += run
            rest = rest.dropFirst(run.count)
        }
        packet.append(endOfOptions)
    }

    /// The URL data of all options together; nil without any. Options that run over the end are ignored.
    static func urlData(_ options: UnsafeRawBufferPointer) -> [UInt8]? {
        var found: [UInt8]?
        var position = 0
        while position < options.count {
            let type = options[position]
            position += 1
            if type == endOfOptions { break }
            if type == noOperation { continue }
            guard position < options.count else { break }
            let length = Int(options[position])
            position += 1
            guard position + length <= options.count else { break }
            if type == urlData {
                found = (found ?? []) + options[position..<position + length]
                if let count = found?.count, count > maximumURLBytes { break }
            }
            position += length
        }
        return found
    }
}
