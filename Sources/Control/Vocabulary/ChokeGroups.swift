import Commands

/// rTorrent's choke groups. All downloads are in the first, `default`; the engine has no others, so what further groups limit is kept only.
package struct ChokeGroups {
    struct Group {
        var name: [UInt8]
        /// Peers at a time; `Self.unlimited` is no limit.
        var maxUploads = ChokeGroups.unlimited
        var maxDownloads = ChokeGroups.unlimited
        var uploadHeuristics = "upload_leech"
        var downloadHeuristics = "download_leech"
        var trackerMode = "normal"
    }

    static let unlimited: Int64 = -1

    var all = [Group(name: Array("default".utf8))]

    package init() {}

    /// The group that a command's first argument names: its index, negative ones from the end, or its name.
    func index(_ value: Value) throws(CommandFault) -> Int {
        let number: Int64
        switch value {
        case .integer(let index): number = index
        case .string(let bytes):
            if let index = all.firstIndex(where: { $0.name == bytes }) { return index }
            guard let index = IntegerText.parse(bytes) else { throw Self.notFound }
            number = index
        default: throw .wrongObjectType
        }
        let index = number < 0 ? number + Int64(all.count) : number
        guard index >= 0, index < all.count else { throw Self.notFound }
        return Int(index)
    }

    static let notFound = CommandFault.input("Choke group not found.")
}
